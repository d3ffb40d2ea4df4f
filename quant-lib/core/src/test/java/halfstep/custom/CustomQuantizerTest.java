package halfstep.custom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.AffineGrid;
import halfstep.quant.Axis;
import halfstep.quant.GroupSolution;
import halfstep.quant.GroupSolver;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import halfstep.testing.Golden;
import halfstep.testing.Weights;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CustomQuantizerTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 4);
  private static final Matrix W = Golden.open("hqq/student").matrix("W");

  private static final GroupSolver MINMAX =
      (group, spec) -> {
        AffineGrid grid = AffineGrid.of(group, 0, group.length, spec);
        return GroupSolution.rounded(group, grid.scale(), grid.zero(), spec);
      };

  /** Rounding written as a lambda is rounding, whatever the groups. */
  @ParameterizedTest
  @EnumSource(Axis.class)
  void aLambdaQuantizesLikeABuiltInMethod(Axis axis) {
    QuantSpec spec = QuantSpec.of(3, 64).with(axis);
    QuantizedMatrix ours = new CustomQuantizer("minmax", MINMAX).quantize(W, spec);
    QuantizedMatrix rtn = RoundToNearest.quantize(W, spec);
    assertEquals(-1, ours.params().scales().segment().mismatch(rtn.params().scales().segment()));
    assertEquals(-1, ours.params().zeros().segment().mismatch(rtn.params().zeros().segment()));
    assertTrue(ours.codes().countDifferent(rtn.codes()) <= 2, "w·t and w/s may round apart");
    assertEquals(rtn.bitsPerWeight(), ours.bitsPerWeight());
  }

  /** A clipped range is a researcher's first idea, and at 2 bit a good one. */
  @Test
  void anIdeaOfOnesOwnCanBeBetterThanRounding() {
    GroupSolver clipped =
        (group, spec) -> {
          float[] narrow = group.clone();
          for (int i = 0; i < narrow.length; i++) {
            narrow[i] *= 0.7f;
          }
          AffineGrid grid = AffineGrid.of(narrow, 0, narrow.length, spec);
          return GroupSolution.rounded(group, grid.scale(), grid.zero(), spec);
        };
    QuantSpec spec = QuantSpec.of(2, 64);
    double own = meanSquare(new CustomQuantizer("clipped", clipped).quantize(W, spec));
    assertTrue(own < 0.8 * meanSquare(RoundToNearest.quantize(W, spec)));
  }

  @Test
  void theSolverOwnsItsCopyOfTheGroup() {
    Matrix before = W.copy();
    GroupSolver careless =
        (group, spec) -> {
          GroupSolution found = MINMAX.solve(group, spec);
          Arrays.fill(group, Float.NaN);
          return found;
        };
    new CustomQuantizer("careless", careless).quantize(W, QuantSpec.of(4, 64));
    assertEquals(-1, W.segment().mismatch(before.segment()));
  }

  @Test
  void aNullIsRefused() {
    assertEquals("returned null", fault(SPEC, null));
  }

  @Test
  void refusalsNameSolverGroupAndValue() {
    assertEquals(
        "returned 3 codes for 4 weights; one each", fault(SPEC, GroupSolution.of(1, 0, 1, 2, 3)));
    assertEquals("scale NaN is not positive and finite", fault(SPEC, codes(Float.NaN, 0)));
    assertEquals("scale 0.0 is not positive and finite", fault(SPEC, codes(0, 0)));
    assertEquals("scale -1.0 is not positive and finite", fault(SPEC, codes(-1, 0)));
    assertEquals(
        "scale Infinity is not positive and finite",
        fault(SPEC, codes(Float.POSITIVE_INFINITY, 0)));
    assertEquals("zero NaN is not finite", fault(SPEC, codes(1, Float.NaN)));
    assertEquals(
        "code 16 of weight 2 is outside 0 to 15",
        fault(SPEC, GroupSolution.of(1, 0, 0, 15, 16, 0)));
    assertEquals(
        "code -1 of weight 0 is outside 0 to 15",
        fault(SPEC, GroupSolution.of(1, 0, -1, 15, 0, 0)));
    assertEquals(
        "scale 3.0E38 and zero -9.0 turn code 0 into a weight beyond float32",
        fault(SPEC, codes(3e38f, -9)));
  }

  @Test
  void integerZerosMustBeCodes() {
    QuantSpec integer = SPEC.with(ZeroPoint.INTEGER);
    for (float zero : new float[] {2.5f, -1f, 16f}) {
      assertEquals(
          "zero %s is no whole number from 0 to 15, which INTEGER zeros are".formatted(zero),
          fault(integer, codes(1, zero)));
    }
    GroupSolver fine = (group, spec) -> codes(1, 15);
    Matrix w = Matrix.zeros(2, 4);
    assertEquals(15f, new CustomQuantizer("fine", fine).quantize(w, integer).params().zero(1));
  }

  @Test
  void symmetricZerosAreTheMiddleCode() {
    QuantSpec symmetric = SPEC.with(ZeroPoint.SYMMETRIC);
    Matrix w = Matrix.zeros(2, 4);
    CustomQuantizer low = new CustomQuantizer("low", (group, spec) -> codes(1, 7));
    assertEquals(
        "solver low, group 0 (from row 0, column 0 on): zero 7.0 is not the middle code 8, which"
            + " SYMMETRIC zeros are",
        assertThrows(GroupSolutionException.class, () -> low.quantize(w, symmetric)).getMessage());
    GroupSolver fine = (group, spec) -> codes(1, 8);
    assertEquals(8f, new CustomQuantizer("fine", fine).quantize(w, symmetric).params().zero(1));
  }

  @Test
  void aSolverThatFailsIsNamedWithItsCause() {
    GroupSolver failing =
        (group, spec) -> {
          throw new ArithmeticException("no median of an even group");
        };
    GroupSolutionException refusal =
        assertThrows(
            GroupSolutionException.class,
            () -> new CustomQuantizer("median", failing).quantize(Matrix.zeros(1, 4), SPEC));
    assertEquals(
        "solver median, group 0 (from row 0, column 0 on): failed with"
            + " java.lang.ArithmeticException: no median of an even group",
        refusal.getMessage());
    assertInstanceOf(ArithmeticException.class, refusal.getCause());
  }

  @Test
  void anInterruptInsideASolverStaysAnInterrupt() {
    GroupSolver stopped =
        (group, spec) -> {
          throw new InterruptedWork("the median");
        };
    assertThrows(
        InterruptedWork.class,
        () -> new CustomQuantizer("median", stopped).quantize(Matrix.zeros(1, 4), SPEC));
  }

  @Test
  void weightsAreCheckedBeforeTheSolverSeesThem() {
    CustomQuantizer minmax = new CustomQuantizer("minmax", MINMAX);
    Matrix nan = Matrix.of(1, 4, 1, 2, Float.NaN, 4);
    assertThrows(NonFiniteException.class, () -> minmax.quantize(nan, SPEC));
    assertThrows(ShapeException.class, () -> minmax.quantize(Matrix.zeros(1, 5), SPEC));
  }

  @Test
  void oddSizesPassThrough() {
    for (long seed = 0; seed < 40; seed++) {
      Weights weights = Weights.of(seed).with(ZeroPoint.FLOAT);
      QuantizedMatrix q =
          new CustomQuantizer("minmax", MINMAX).quantize(weights.w(), weights.spec());
      QuantizedMatrix rtn = RoundToNearest.quantize(weights.w(), weights.spec());
      double slack = 1e-3 + 1e-3 * meanSquare(weights.w(), rtn);
      assertEquals(meanSquare(weights.w(), rtn), meanSquare(weights.w(), q), slack, "" + weights);
    }
  }

  @Test
  void aSolutionPrintsItself() {
    assertEquals("scale 1.0, zero 2.5, codes [0, 3]", GroupSolution.of(1, 2.5f, 0, 3).toString());
  }

  private static GroupSolution codes(float scale, float zero) {
    return GroupSolution.of(scale, zero, 0, 1, 2, 3);
  }

  /** What is said about the second group of the second row. */
  private static String fault(QuantSpec spec, @Nullable GroupSolution found) {
    Matrix w = Matrix.zeros(2, 8);
    w.set(1, 4, 1f);
    CustomQuantizer custom = new CustomQuantizer("probe", onMarked(found));
    String message =
        String.valueOf(
            assertThrows(GroupSolutionException.class, () -> custom.quantize(w, spec))
                .getMessage());
    String place = "solver probe, group 3 (from row 1, column 4 on): ";
    assertTrue(message.startsWith(place), message);
    return message.substring(place.length());
  }

  /** Misbehaves on the group that starts with a 1, as user code compiled without checks may. */
  @SuppressWarnings("NullAway")
  private static GroupSolver onMarked(@Nullable GroupSolution found) {
    return (group, spec) -> group[0] == 1f ? found : codes(1, 0);
  }

  private static double meanSquare(QuantizedMatrix q) {
    return meanSquare(W, q);
  }

  private static double meanSquare(Matrix w, QuantizedMatrix q) {
    return ErrorMetrics.between(w, q.dequantized()).meanSquare();
  }
}
