package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import halfstep.testing.Weights;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Codes, grids and scales put together by hand: ŵ = (code − zero) · scale, over the channel's. */
class QuantizedMatrixTest {

  private static final QuantSpec PAIRS = QuantSpec.of(4, 2);

  /** Two rows of two groups: codes 0 … 7, scales 1, 2, 4, 8, zeros 0, 1, 2, 3. */
  private static QuantizedMatrix example(QuantSpec spec, Shape params) {
    Codes codes = Codes.zeros(new Shape(2, 4));
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    for (int i = 0; i < 8; i++) {
      codes.put(i, i);
    }
    for (int g = 0; g < 4; g++) {
      scales.put(g, 1 << g);
      zeros.put(g, g);
    }
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  private static final QuantizedMatrix ROWS = example(PAIRS, new Shape(2, 2));

  @Test
  void rowsAreThoseOfTheirGroups() {
    assertTrue(ROWS.rowsStandAlone());
    GroupParams two = new GroupParams(Matrix.zeros(2, 1), Matrix.zeros(2, 1));
    QuantSpec whole = QuantSpec.of(4, QuantSpec.WHOLE);
    assertTrue(new QuantizedMatrix(whole, ROWS.codes(), two).rowsStandAlone());
    assertArrayEquals(new float[] {0, 1, 2, 4}, ROWS.dequantized().row(0));
    assertArrayEquals(new float[] {8, 12, 24, 32}, ROWS.dequantized().row(1));
    QuantizedMatrix second = ROWS.rows(1, 2);
    assertEquals(new Shape(1, 4), second.shape());
    assertArrayEquals(new float[] {8, 12, 24, 32}, second.dequantized().row(0));
    float[] row = new float[4];
    ROWS.readRow(1, row);
    assertArrayEquals(new float[] {8, 12, 24, 32}, row);
  }

  @Test
  void channelScalesDivide() {
    ChannelScales scales = ChannelScales.of(new float[] {1, 2, 4, 8});
    assertArrayEquals(new float[] {8, 6, 6, 4}, ROWS.under(scales).dequantized().row(1));
    float[] row = new float[4];
    ROWS.under(scales).rows(1, 2).readRow(0, row);
    assertArrayEquals(new float[] {8, 6, 6, 4}, row);
    ChannelScales unordered = ChannelScales.of(new float[] {4, 0.5f, 2});
    assertEquals("3 channel scales, 0.500 … 4.000", unordered.toString());
    assertEquals(
        "weights of 1 × 3 have 3 input channels, but there are 4 channel scales",
        assertThrows(ShapeException.class, () -> scales.divide(Matrix.zeros(1, 3))).getMessage());
  }

  /** Channels 0 and 2 belong to group 1, the others to group 0. */
  @Test
  void anIndexChoosesEachChannelsGroup() {
    QuantizedMatrix indexed =
        new QuantizedMatrix(PAIRS, ROWS.codes(), ROWS.params(), null, GroupIndex.of(1, 0, 1, 0));
    assertArrayEquals(new float[] {8, 12, 24, 20}, indexed.dequantized().row(1));
    assertEquals(ROWS.bitsPerWeight() + 32 / 2.0, indexed.bitsPerWeight(), 1e-12);
  }

  /** Along axis 0 group j holds elements j and j + 4; one scale for all goes across rows, too. */
  @Test
  void groupsThatGoAcrossRowsAreReadAsAWhole() {
    QuantizedMatrix down = example(PAIRS.with(Axis.OUT), new Shape(1, 4));
    assertFalse(down.rowsStandAlone());
    assertArrayEquals(new float[] {0, 0, 0, 0}, down.dequantized().row(0));
    assertArrayEquals(new float[] {4, 8, 16, 32}, down.dequantized().row(1));
    ChannelScales scales = ChannelScales.of(new float[] {1, 2, 4, 8});
    assertArrayEquals(new float[] {4, 4, 4, 4}, down.under(scales).dequantized().row(1));
    String refusal = "groups of 4 bit g2 axis 0 in 2 × 4 go across rows";
    assertEquals(
        refusal, assertThrows(IllegalArgumentException.class, () -> down.rows(0, 1)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> down.readRow(0, new float[4]));
    QuantSpec one = QuantSpec.of(4, QuantSpec.TENSOR);
    assertFalse(
        new QuantizedMatrix(
                one, ROWS.codes(), new GroupParams(Matrix.of(1, 1, 1), Matrix.of(1, 1, 0)))
            .rowsStandAlone());
  }

  @Test
  void textsNameShapesAndEnds() {
    assertEquals("Codes 2 × 4", ROWS.codes().toString());
    assertEquals("4 groups, scale 1.000e+00 … 8.000e+00", ROWS.params().toString());
    assertEquals(4, ROWS.params().groups());
    assertEquals("1.58", Bits.TERNARY.toString());
    assertEquals(
        new GroupRange(-3, 5).magnitude(), new GroupRange(-5, 3).magnitude(), "the larger end");
    assertEquals(8, new GroupRange(-3, 5).width());
    assertEquals(new GroupRange(0, 5), new GroupRange(2, 5).withZero());
    assertEquals(new GroupRange(-5, 0), new GroupRange(-5, -2).withZero());
  }

  @Test
  void codesAreCountedWhereTheyDiffer() {
    Codes other = Codes.zeros(new Shape(2, 4));
    other.put(2, 2);
    other.put(7, 255);
    assertEquals(255, other.get(1, 3));
    assertEquals(6, ROWS.codes().countDifferent(other));
    Codes first = Codes.zeros(new Shape(1, 2));
    first.put(0, 9);
    assertEquals(1, first.countDifferent(Codes.zeros(new Shape(1, 2))));
    assertEquals(0, ROWS.codes().rows(1, 2).countDifferent(ROWS.codes().rows(1, 2)));
    assertEquals(4, ROWS.codes().rows(1, 2).at(0));
  }

  @Test
  void scalesAndZerosHaveOneShape() {
    assertThrows(
        ShapeException.class, () -> new GroupParams(Matrix.zeros(2, 2), Matrix.zeros(1, 4)));
  }

  /** What a search rounds its candidates with is what the codes stand for. */
  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11})
  void roundingInPlaceIsRoundingAndBack(long seed) {
    for (ZeroPoint zeros : ZeroPoint.values()) {
      Weights weights = Weights.of(seed).with(zeros);
      Bits bits = zeros == ZeroPoint.SYMMETRIC ? Bits.THREE : weights.spec().bits();
      QuantSpec asked = weights.spec();
      QuantSpec spec = new QuantSpec(bits, asked.groupSize(), asked.axis(), zeros);
      Matrix rounded = weights.w().copy();
      MinMaxRounding.inPlace(rounded, spec);
      Matrix back = MinMaxRounding.codes(weights.w(), spec).dequantized();
      for (long i = 0; i < rounded.size(); i++) {
        assertEquals(back.at(i), rounded.at(i), weights + " element " + i);
      }
    }
  }

  /** Elements one by one, far beyond a block; the first is named, all are counted. */
  @Test
  void valuesThatAreNotFiniteAreFoundAnywhere() {
    Matrix w = Matrix.zeros(5, 8001);
    FiniteCheck.require(w, "w");
    w.set(4, 8000, Float.NEGATIVE_INFINITY);
    w.set(3, 17, Float.NaN);
    w.set(0, 0, Float.MAX_VALUE);
    assertEquals(
        "w: 2 of 40005 values are not finite; the first is NaN in row 3, column 17. Repair or"
            + " exclude it.",
        assertThrows(NonFiniteException.class, () -> FiniteCheck.require(w, "w")).getMessage());
  }

  /**
   * About 16 k elements at a time, at least sixteen groups; each group once, in order of number.
   */
  @Test
  void blocksCoverAllGroupsOnce() {
    Grouping small = QuantSpec.of(4, 64).grouping(new Shape(100, 640));
    assertEquals(256, small.groupsPerBlock());
    assertEquals(4, small.blocks());
    assertEquals(16, QuantSpec.of(4, 4096).grouping(new Shape(100, 4096)).groupsPerBlock());
    assertEquals(3, QuantSpec.of(4, 64).grouping(new Shape(3, 64)).groupsPerBlock());
    List<Long> seen = new ArrayList<>();
    small.forEachBlock(
        "counting",
        (first, count) -> {
          synchronized (seen) {
            for (long g = first; g < first + count; g++) {
              seen.add(g);
            }
          }
        });
    seen.sort(null);
    assertEquals(1000, seen.size());
    assertEquals(0, seen.getFirst());
    assertEquals(999, seen.getLast());
    assertEquals(1000, seen.stream().distinct().count());
    assertEquals(new Shape(100, 640), small.shape());
  }
}
