package halfstep.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqStep;
import halfstep.awq.ClipStep;
import halfstep.calib.Activations;
import halfstep.gptq.GptqStep;
import halfstep.gptq.Hessian;
import halfstep.hqq.HqqStep;
import halfstep.ls.LeastSquaresStep;
import halfstep.quant.ChannelScales;
import halfstep.quant.Gptq;
import halfstep.quant.GroupSolution;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Calibrated;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantMethod.WeightedLeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Step;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every method through the one façade, with and without its steps. */
class SolutionTest {

  private static final QuantSpec THREE = QuantSpec.of(3, 32);
  private static final Matrix W = gaussian(40, 96, 1, false);
  private static final Matrix X = gaussian(300, 96, 2, true);

  /** Every eighth column is driven ten times as hard, if wanted. */
  private static Matrix gaussian(int rows, int cols, long seed, boolean outliers) {
    Random random = new Random(seed);
    Matrix matrix = Matrix.zeros(rows, cols);
    for (long i = 0; i < matrix.size(); i++) {
      boolean strong = outliers && i % cols % 8 == 0;
      matrix.put(i, (float) random.nextGaussian() * (strong ? 1f : 0.1f));
    }
    return matrix;
  }

  static Stream<DataFree> dataFree() {
    return Stream.of(
        new Rtn(),
        Hqq.DEFAULT,
        LeastSquares.DEFAULT,
        new Custom("coarse", (group, spec) -> GroupSolution.rounded(group, 0.1f, 3.5f, spec)));
  }

  static Stream<Calibrated> calibrated() {
    return Stream.of(
        Awq.DEFAULT,
        Awq.DEFAULT.asLibrary(true),
        Gptq.DEFAULT.withActOrder(true),
        WeightedLeastSquares.DEFAULT,
        new AwqThen(new Rtn()),
        new AwqThen(Hqq.DEFAULT),
        new AwqThen(Awq.DEFAULT, LeastSquares.DEFAULT));
  }

  @ParameterizedTest
  @MethodSource("dataFree")
  void stepsChangeNothing(DataFree method) {
    QuantizedMatrix plain = Quantize.dataFree(W, THREE, method);
    QuantizedMatrix traced = Solution.dataFree(W, THREE, method).quantized();
    assertEquals(0, plain.codes().countDifferent(traced.codes()));
    assertEquals(0, plain.dequantized().combine(traced.dequantized(), (a, b) -> a - b).at(77));
  }

  @ParameterizedTest
  @MethodSource("calibrated")
  void eachCalibratedMethodFollowsItsFittedSpecification(Calibrated method) {
    QuantSpec spec = method.fitted(THREE);
    QuantizedMatrix quantized = Quantize.calibrated(W, spec, method, X);
    assertEquals(spec, quantized.spec());
    boolean scaled = method instanceof Awq || method instanceof AwqThen;
    assertEquals(scaled, quantized.channelScales() != null);
    double error = outputError(quantized);
    assertTrue(error > 0 && error < 0.3, method.label() + " " + error);
  }

  /** Without steps the solvers behind the activations go straight to the same end. */
  @ParameterizedTest
  @MethodSource("calibrated")
  void stepsOfCalibratedMethodsChangeNothing(Calibrated method) {
    QuantSpec spec = method.fitted(THREE);
    QuantizedMatrix plain = Quantize.calibrated(W, spec, method, X);
    QuantizedMatrix traced = Solution.calibrated(W, spec, method, X).quantized();
    assertEquals(0, plain.codes().countDifferent(traced.codes()));
    assertSameBits(traced.params().scales(), plain.params().scales());
    assertSameBits(traced.params().zeros(), plain.params().zeros());
    assertSameBits(traced.dequantized(), plain.dequantized());
  }

  private static void assertSameBits(Matrix expected, Matrix actual) {
    assertEquals(expected.shape(), actual.shape());
    assertEquals(-1, expected.segment().mismatch(actual.segment()));
  }

  @Test
  void skippedStepsAreNotThere() {
    ScaledLayer layer = new ScaledLayer("o_proj", W, ChannelScales.ones(96), X);
    AwqThen clipped = new AwqThen(Awq.DEFAULT, Hqq.DEFAULT);
    assertKind(ClipStep.class, layer.solve(THREE, clipped, Steps.SKIPPED).steps());
    List<Step> kept = layer.solve(THREE, clipped, Steps.KEPT).steps();
    assertKind(HqqStep.class, kept.subList(10, kept.size()));
    assertEquals(List.of(), Solution.dataFree(W, THREE, Hqq.DEFAULT, Steps.SKIPPED).steps());
    Activations seen = Activations.of(X);
    WeightedLeastSquares weighted = WeightedLeastSquares.DEFAULT;
    assertEquals(List.of(), Solution.weighted(W, THREE, weighted, seen, Steps.SKIPPED).steps());
    assertKind(
        LeastSquaresStep.class, Solution.weighted(W, THREE, weighted, seen, Steps.KEPT).steps());
  }

  private static double outputError(QuantizedMatrix quantized) {
    Matrix expected = Matmul.timesTransposed(X, W);
    Matrix actual = Matmul.timesTransposed(X, quantized.dequantized());
    Matrix difference = expected.combine(actual, (a, b) -> a - b);
    return norm(difference) / norm(expected);
  }

  private static double norm(Matrix matrix) {
    double sum = 0;
    for (long i = 0; i < matrix.size(); i++) {
      sum += (double) matrix.at(i) * matrix.at(i);
    }
    return Math.sqrt(sum);
  }

  /** What each method is for, on inputs with outlier channels. */
  @Test
  void whatLooksAtTheInputsIsBetterOnThem() {
    double ls = outputError(Quantize.dataFree(W, THREE, LeastSquares.DEFAULT));
    double weighted = outputError(Quantize.calibrated(W, THREE, WeightedLeastSquares.DEFAULT, X));
    QuantSpec integer = THREE.with(ZeroPoint.INTEGER);
    double rtn = outputError(Quantize.dataFree(W, integer, new Rtn()));
    double awq = outputError(Quantize.calibrated(W, integer, Awq.DEFAULT, X));
    double gptq = outputError(Quantize.calibrated(W, integer, Gptq.DEFAULT, X));
    assertTrue(weighted < 0.8 * ls, "weighted %s, plain %s".formatted(weighted, ls));
    assertTrue(awq < 0.8 * rtn, "awq %s, rtn %s".formatted(awq, rtn));
    // these channels are independent, so that there is little for later columns to make good
    assertTrue(gptq < 0.95 * rtn, "gptq %s, rtn %s".formatted(gptq, rtn));
  }

  @Test
  void stepsAreThoseOfTheMethod() {
    assertTrue(Solution.dataFree(W, THREE, new Rtn()).steps().isEmpty());
    assertKind(HqqStep.class, Solution.dataFree(W, THREE, Hqq.DEFAULT).steps());
    assertKind(LeastSquaresStep.class, Solution.dataFree(W, THREE, LeastSquares.DEFAULT).steps());
    QuantSpec integer = THREE.with(ZeroPoint.INTEGER);
    Hessian hessian = Hessian.of(X);
    assertKind(GptqStep.class, Solution.gptq(W, integer, Gptq.DEFAULT, hessian).steps());
    List<Step> awq = Solution.calibrated(W, integer, Awq.DEFAULT, X).steps();
    assertKind(AwqStep.class, awq.subList(0, 20));
    assertKind(ClipStep.class, awq.subList(20, 30));
    AwqThen then = new AwqThen(Hqq.DEFAULT);
    List<Step> composed = Solution.calibrated(W, THREE, then, X).steps();
    assertKind(HqqStep.class, composed.subList(20, composed.size()));
  }

  private static void assertKind(Class<? extends Step> kind, List<Step> steps) {
    assertTrue(!steps.isEmpty());
    steps.forEach(step -> assertInstanceOf(kind, step));
  }

  @Test
  void remarksNameWhatAReaderShouldKnow() {
    Matrix dead = X.copy();
    for (long r = 0; r < dead.rows(); r++) {
      dead.set(r, 5, 0);
    }
    QuantSpec integer = THREE.with(ZeroPoint.INTEGER);
    assertEquals(
        List.of("1 of 96 channels are dead: no token drove them, so their weights are 0"),
        Solution.gptq(W, integer, Gptq.DEFAULT, Hessian.of(dead)).remarks());
    Matrix few = X.rows(0, 20);
    String damped =
        Solution.gptq(W, integer, Gptq.DEFAULT.withDamping(0), Hessian.of(few))
            .remarks()
            .getFirst();
    assertTrue(damped.startsWith("the Hessian is not positive definite with damping 0.0"), damped);
    assertTrue(
        Solution.calibrated(W, integer, Awq.DEFAULT, dead)
            .remarks()
            .getFirst()
            .startsWith("layer: 1 of 96 channels are dead"));
  }

  /** A row's factor goes through its group's step, but for the last bits of half precision. */
  @Test
  void rowsThatAbsorbTheNextScalesKeepTheirCodes() {
    QuantSpec integer = THREE.with(ZeroPoint.INTEGER);
    ChannelScales ones = ChannelScales.ones(96);
    float[] factors = new float[30];
    for (int r = 0; r < factors.length; r++) {
      factors[r] = 1 << r % 3;
    }
    Awq library = Awq.DEFAULT.asLibrary(true);
    ScaledLayer layer = new ScaledLayer("v_proj", W, ones, X);
    QuantizedMatrix plain = layer.solve(integer, library).quantized();
    QuantizedMatrix folded =
        layer.absorbing(ChannelScales.of(factors)).solve(integer, library).quantized();
    assertEquals(0, plain.codes().countDifferent(folded.codes()), "powers of two round alike");
    assertEquals(plain.params().scale(119), folded.params().scale(119));
    ChannelScales many = ChannelScales.ones(41);
    assertEquals(
        "layer v_proj is 40 × 96, which has no rows for 41 scales",
        assertThrows(ShapeException.class, () -> layer.absorbing(many)).getMessage());
  }

  @Test
  void queriesAndKeysAreNotClippedAndNothingWithoutInputs() {
    QuantSpec integer = THREE.with(ZeroPoint.INTEGER);
    ChannelScales ones = ChannelScales.ones(96);
    assertTrue(new ScaledLayer("q_proj", W, ones, X).solve(integer, Awq.DEFAULT).steps().isEmpty());
    assertTrue(
        new ScaledLayer("o_proj", W, ones, null).solve(integer, Awq.DEFAULT).steps().isEmpty());
    assertEquals(
        10, new ScaledLayer("o_proj", W, ones, X).solve(integer, Awq.DEFAULT).steps().size());
    assertEquals(
        "layer o_proj is 40 × 96, but there are 95 channel scales; in must agree",
        assertThrows(
                ShapeException.class,
                () -> new ScaledLayer("o_proj", W, ChannelScales.ones(95), null))
            .getMessage());
  }

  @Test
  void weightsMayComeWithStatisticsAlone() {
    Solution streamed =
        Solution.weighted(W, THREE, WeightedLeastSquares.DEFAULT, Activations.of(X), Steps.SKIPPED);
    Solution whole = Solution.calibrated(W, THREE, WeightedLeastSquares.DEFAULT, X);
    assertEquals(0, streamed.quantized().codes().countDifferent(whole.quantized().codes()));
  }
}
