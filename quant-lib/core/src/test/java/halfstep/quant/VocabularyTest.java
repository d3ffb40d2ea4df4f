package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import org.junit.jupiter.api.Test;

class VocabularyTest {

  @Test
  void refusesWhatNoLibraryKnows() {
    assertEquals(
        "7 bits are not supported; choose one of 1, 1.58, 2, 3, 4, 5, 6, 8",
        assertThrows(IllegalArgumentException.class, () -> Bits.of("7")).getMessage());
    assertEquals(
        "axis 2 does not exist; 1 groups inputs of a row, 0 groups down the matrix",
        assertThrows(IllegalArgumentException.class, () -> Axis.of(2)).getMessage());
    assertEquals(
        "groupSize -1 is negative; use a size such as 64, or \"row\"",
        assertThrows(IllegalArgumentException.class, () -> QuantSpec.of(4, -1)).getMessage());
  }

  @Test
  void refusesParametersOutsideTheirRange() {
    assertEquals("lpNorm 1.5 is outside (0, 1]", hqq(1.5f, 10, 20));
    assertEquals("beta 0.0 is not positive and finite", hqq(0.7f, 0, 20));
    assertEquals("lpNorm 0.0 is outside (0, 1]", hqq(0, 10, 20));
    assertEquals("lpNorm NaN is outside (0, 1]", hqq(Float.NaN, 10, 20));
    assertEquals(
        "beta Infinity is not positive and finite", hqq(0.7f, Float.POSITIVE_INFINITY, 20));
    for (float kappa : new float[] {0.5f, Float.NaN, Float.POSITIVE_INFINITY}) {
      assertEquals(
          "kappa %s would shrink beta or is infinite; at least 1".formatted(kappa),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new Hqq(0.7f, 10f, kappa, 20, EarlyStop.OFF))
              .getMessage());
    }
    assertEquals("iterations 0 leaves nothing to do; at least 1", hqq(0.7f, 10, 0));
    assertEquals(
        "gridSize 0 is empty; at least 1",
        assertThrows(IllegalArgumentException.class, () -> new Awq(0, true)).getMessage());
  }

  @Test
  void refusesNonFiniteWeightsByPlaceAndCount() {
    Matrix w = Matrix.of(2, 3, 1, 2, Float.NaN, 4, Float.POSITIVE_INFINITY, 6);
    assertEquals(
        "layer x: 2 of 6 values are not finite; the first is NaN in row 0, column 2."
            + " Repair or exclude it.",
        assertThrows(NonFiniteException.class, () -> FiniteCheck.require(w, "layer x"))
            .getMessage());
  }

  @Test
  void labelsSayWhatAChartShows() {
    assertEquals("4 bit g64", QuantSpec.of(4, 64).label());
    assertEquals("3 bit row", QuantSpec.of(3, QuantSpec.WHOLE).label());
    assertEquals("2 bit column axis 0", QuantSpec.of(2, QuantSpec.WHOLE).with(Axis.OUT).label());
    assertEquals("4 bit tensor", QuantSpec.of(4, QuantSpec.TENSOR).label());
  }

  @Test
  void methodsNeedANameAndSomethingToDo() {
    GroupSolver solver = (group, spec) -> GroupSolution.rounded(group, 1, 0, spec);
    assertEquals(
        "a method of your own needs a name, for example \"mine\"",
        assertThrows(IllegalArgumentException.class, () -> new Custom(" ", solver)).getMessage());
    assertEquals(
        "rounds 0 leaves nothing to do; at least 1",
        assertThrows(IllegalArgumentException.class, () -> new LeastSquares(0)).getMessage());
    assertThrows(IllegalArgumentException.class, () -> new WeightedLeastSquares(-1));
  }

  @Test
  void anIndexBelongsToGroupsOfInputChannels() {
    GroupIndex solved = GroupIndex.of(1, 0, 1, 0, 1, 0, 1, 0);
    assertEquals("GroupIndex of 8 channels, in solved order", solved.toString());
    assertEquals("GroupIndex of 4 channels, consecutive", GroupIndex.of(0, 0, 1, 1).toString());
    Codes codes = Codes.zeros(new Shape(2, 8));
    QuantSpec four = QuantSpec.of(4, 4);
    assertEquals(
        "codes of 2 × 8 have 8 input channels, but the group index has 4",
        assertThrows(
                ShapeException.class,
                () -> new QuantizedMatrix(four, codes, params(4), null, GroupIndex.of(0, 0, 1, 1)))
            .getMessage());
    for (QuantSpec other : List.of(QuantSpec.of(4, QuantSpec.TENSOR), four.with(Axis.OUT))) {
      int groups = (int) other.grouping(codes.shape()).groups();
      assertEquals(
          "a group index belongs to groups of input channels, not to " + other.label(),
          assertThrows(
                  IllegalArgumentException.class,
                  () -> new QuantizedMatrix(other, codes, params(groups), null, solved))
              .getMessage());
    }
  }

  /** The grid that a specification asks for is the one its zeros name. */
  @Test
  void gridsFollowTheKindOfZero() {
    float[] w = {-7, 0, 2, 5};
    QuantSpec spec = QuantSpec.of(4, 4);
    assertEquals(8f, AffineGrid.of(w, 0, 4, spec.with(ZeroPoint.SYMMETRIC)).zero());
    assertEquals(9f, AffineGrid.of(w, 0, 4, spec.with(ZeroPoint.INTEGER)).zero());
    assertEquals(8.75f, AffineGrid.of(w, 0, 4, spec).zero());
  }

  @Test
  void aQuantizedMatrixHasItsOwnParametersAndScales() {
    QuantSpec spec = QuantSpec.of(4, 4);
    Codes codes = Codes.zeros(new Shape(2, 8));
    GroupParams fitting = params(4);
    ChannelScales three = ChannelScales.ones(3);
    assertEquals(
        "codes of 2 × 8 at 4 bit g4 have 4 groups, but there are 3 scales and zeros",
        assertThrows(ShapeException.class, () -> new QuantizedMatrix(spec, codes, params(3)))
            .getMessage());
    assertEquals(
        "codes of 2 × 8 have 8 input channels, but there are 3 channel scales",
        assertThrows(ShapeException.class, () -> new QuantizedMatrix(spec, codes, fitting, three))
            .getMessage());
    assertEquals(
        "codes of 2 × 8 cannot be compared with codes of 1 × 8; the shapes must agree",
        assertThrows(ShapeException.class, () -> codes.countDifferent(Codes.zeros(new Shape(1, 8))))
            .getMessage());
  }

  private static GroupParams params(int groups) {
    return new GroupParams(Matrix.zeros(1, groups), Matrix.zeros(1, groups));
  }

  private static String hqq(float p, float beta, int iterations) {
    return String.valueOf(
        assertThrows(
                IllegalArgumentException.class,
                () -> new Hqq(p, beta, iterations, EarlyStop.KEEP_LAST))
            .getMessage());
  }
}
