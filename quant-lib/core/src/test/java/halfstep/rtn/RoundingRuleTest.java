package halfstep.rtn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Each rule by hand, on numbers that come out whole. */
class RoundingRuleTest {

  private static final QuantSpec FLOAT = QuantSpec.of(4, 4);
  private static final QuantSpec INTEGER = FLOAT.with(ZeroPoint.INTEGER);

  @Test
  void theZeroIsRoundedOutsideTheCodesToo() {
    Matrix w = Matrix.of(1, 4, 10.4f, 12f, 20f, 25.4f);
    QuantizedMatrix q = RoundToNearest.quantize(w, FLOAT, new RoundingRule.RoundedZero());
    assertEquals(1f, q.params().scale(0));
    assertEquals(-10f, q.params().zero(0));
    assertEquals("0 2 10 15", codes(q));
  }

  @Test
  void symmetricGridsHaveNoZeroOfTheirOwn() {
    Matrix w = Matrix.of(1, 4, -7f, 0f, 2.6f, 5.5f);
    QuantizedMatrix q = RoundToNearest.quantize(w, INTEGER, new RoundingRule.Symmetric());
    assertEquals(1f, q.params().scale(0));
    assertEquals(8f, q.params().zero(0));
    assertEquals("1 8 11 14", codes(q), "signed -7, 0, 3, 6: ties to even");
    QuantizedMatrix asked = RoundToNearest.quantize(w, FLOAT.with(ZeroPoint.SYMMETRIC));
    assertEquals("1 8 11 14", codes(asked), "the rule that symmetric zeros imply");
    assertEquals("Matrix 1 × 4 [-7.0, 0.0, 3.0, 6.0]", q.dequantized().toString());
  }

  @Test
  void symmetricGridsReachOneFurtherBelow() {
    Matrix w = Matrix.of(1, 4, -3f, 3f, 0.4f, -0.6f);
    QuantSpec spec = QuantSpec.of(3, 4).with(ZeroPoint.INTEGER);
    QuantizedMatrix q = RoundToNearest.quantize(w, spec, new RoundingRule.Symmetric());
    assertEquals("1 7 4 3", codes(q));
    QuantizedMatrix nothing =
        RoundToNearest.quantize(Matrix.zeros(1, 4), spec, new RoundingRule.Symmetric());
    assertEquals("4 4 4 4", codes(nothing));
  }

  @Test
  void gptqKeepsZeroInTheRange() {
    Matrix w = Matrix.of(1, 4, 6f, 7.5f, 9f, 15f);
    QuantizedMatrix q = RoundToNearest.quantize(w, INTEGER, new RoundingRule.GptqGrid(false));
    assertEquals(1f, q.params().scale(0));
    assertEquals(0f, q.params().zero(0));
    assertEquals("6 8 9 15", codes(q));
    Matrix below = Matrix.of(1, 4, -15f, -7.5f, -3f, -1f);
    QuantizedMatrix negative =
        RoundToNearest.quantize(below, INTEGER, new RoundingRule.GptqGrid(false));
    assertEquals(15f, negative.params().zero(0));
    assertEquals("0 7 12 14", codes(negative), "−7.5 rounds to −8");
  }

  @Test
  void gptqSymmetricSpansTheLargerSideTwice() {
    Matrix w = Matrix.of(1, 4, -15f, 4f, 1.2f, 0f);
    QuantizedMatrix q = RoundToNearest.quantize(w, INTEGER, new RoundingRule.GptqGrid(true));
    assertEquals(2f, q.params().scale(0));
    assertEquals(8f, q.params().zero(0));
    assertEquals("0 10 9 8", codes(q), "−7.5 rounds to −8");
  }

  /** The library's rule, and its price: without negative weights the upper half saturates. */
  @Test
  void gptqSymmetricSaturatesWithoutNegativeWeights() {
    Matrix w = Matrix.of(1, 4, 0f, 5f, 10f, 15f);
    QuantizedMatrix q = RoundToNearest.quantize(w, INTEGER, new RoundingRule.GptqGrid(true));
    assertEquals(1f, q.params().scale(0));
    assertEquals("8 13 15 15", codes(q));
  }

  @Test
  void gptqGivesAnEmptyGroupARange() {
    Matrix w = Matrix.zeros(1, 4);
    QuantizedMatrix free = RoundToNearest.quantize(w, INTEGER, new RoundingRule.GptqGrid(false));
    assertEquals(2f / 15f, free.params().scale(0));
    assertEquals("7 7 7 7", codes(free), "1 / (2/15) is just below 7.5 in float32");
    assertEquals(0f, free.dequantized().at(0));
    QuantizedMatrix middle = RoundToNearest.quantize(w, INTEGER, new RoundingRule.GptqGrid(true));
    assertEquals(2f / 15f, middle.params().scale(0));
    assertEquals("8 8 8 8", codes(middle));
  }

  @Test
  void oneScaleForTheWholeMatrix() {
    Matrix w = Matrix.of(2, 2, 0f, 15f, 3f, 7f);
    for (Axis axis : Axis.values()) {
      QuantSpec spec = QuantSpec.of(4, QuantSpec.TENSOR).with(axis);
      QuantizedMatrix q = RoundToNearest.quantize(w, spec);
      assertEquals(new Shape(1, 1), q.params().scales().shape());
      assertEquals("0 15 3 7", codes(q));
      assertEquals(4 + 32 / 4.0, q.bitsPerWeight());
      assertEquals("4 bit tensor", spec.label());
    }
    QuantSpec three = QuantSpec.of(3, QuantSpec.TENSOR);
    double bits = RoundToNearest.quantize(Matrix.zeros(20, 64), three).bitsPerWeight();
    assertEquals(3.2 + 32 / 1280.0, bits, 1e-12, "hqq packs ten rows into one");
  }

  @Test
  void labelsSayWhichRoundingItIs() {
    assertEquals("rtn float zero (hqq)", RoundingRule.of(FLOAT).label());
    assertEquals("rtn integer zero (AWQ)", RoundingRule.of(INTEGER).label());
    assertEquals("rtn rounded zero (hqq round_zero)", new RoundingRule.RoundedZero().label());
    assertEquals("rtn symmetric (AWQ zero_point=False)", new RoundingRule.Symmetric().label());
    assertEquals("rtn GPTQ grid", new RoundingRule.GptqGrid(false).label());
    assertEquals("rtn GPTQ grid, symmetric", new RoundingRule.GptqGrid(true).label());
  }

  @Test
  void refusesZerosOfTheOtherKind() {
    assertEquals(
        "rtn symmetric (AWQ zero_point=False) has SYMMETRIC zeros, but the specification asks for"
            + " FLOAT ones; use ZeroPoint.SYMMETRIC",
        refusal(Matrix.zeros(1, 4), FLOAT, new RoundingRule.Symmetric()));
    assertEquals(
        "rtn rounded zero (hqq round_zero) has FLOAT zeros, but the specification asks for INTEGER"
            + " ones; use ZeroPoint.FLOAT",
        refusal(Matrix.zeros(1, 4), INTEGER, new RoundingRule.RoundedZero()));
  }

  /** A symmetric grid's zeros are all the middle code: what symmetric zeros ask for, too. */
  @Test
  void gptqSaysWhichZerosItHas() {
    RoundingRule symmetric = new RoundingRule.GptqGrid(true);
    Matrix w = Matrix.of(1, 4, -15f, 4f, 1.2f, 0f);
    QuantSpec middles = FLOAT.with(ZeroPoint.SYMMETRIC);
    assertEquals("0 10 9 8", codes(RoundToNearest.quantize(w, middles, symmetric)));
    assertEquals(
        "rtn GPTQ grid has INTEGER zeros, but the specification asks for SYMMETRIC ones; use"
            + " ZeroPoint.INTEGER",
        refusal(w, middles, new RoundingRule.GptqGrid(false)));
  }

  @Test
  void refusesWidthsWithoutAMiddle() {
    QuantSpec one = QuantSpec.of(1, 4).with(ZeroPoint.INTEGER);
    assertEquals(
        "symmetric rounding has no grid of 1 bits; it takes whole widths from 2" + " to 8 bits",
        refusal(Matrix.zeros(1, 4), one, new RoundingRule.Symmetric()));
    QuantSpec ternary = new QuantSpec(Bits.TERNARY, 4, Axis.IN, ZeroPoint.INTEGER);
    assertEquals(
        "rtn GPTQ grid, symmetric has no grid of 1.58 bits; it takes whole widths from 1 to 8 bits",
        refusal(Matrix.zeros(1, 4), ternary, new RoundingRule.GptqGrid(true)));
  }

  @Test
  void refusesRangesBeyondFloat32() {
    Matrix w = Matrix.of(1, 4, -3e38f, 3e38f, 0f, 1f);
    assertEquals(
        "a group's weights reach from -3.0E38 to 3.0E38, a range that float32 cannot hold; scale"
            + " them down or split the group",
        refusal(w, FLOAT, new RoundingRule.FloatZero()));
    Matrix nan = Matrix.of(1, 4, 1f, Float.NaN, 0f, 1f);
    assertThrows(NonFiniteException.class, () -> RoundToNearest.quantize(nan, FLOAT));
  }

  private static String refusal(Matrix w, QuantSpec spec, RoundingRule rule) {
    return String.valueOf(
        assertThrows(IllegalArgumentException.class, () -> RoundToNearest.quantize(w, spec, rule))
            .getMessage());
  }

  private static String codes(QuantizedMatrix q) {
    return LongStream.range(0, q.shape().size())
        .mapToObj(i -> String.valueOf(q.codes().at(i)))
        .collect(Collectors.joining(" "));
  }
}
