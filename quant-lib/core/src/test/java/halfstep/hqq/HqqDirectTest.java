package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import halfstep.backend.Twins;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.EarlyStop;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Weights;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The direct way against the walk, with every twin of the kernel: codes and zeros bit for bit. */
@Tag("twin")
class HqqDirectTest {

  private static final List<HqqKernel> KERNELS = Twins.of(HqqKernel.class, new ScalarHqq());

  private static final List<Hqq> SOLVERS =
      List.of(
          Hqq.LEGACY,
          Hqq.HEAD,
          Hqq.V2,
          new Hqq(0.7f, 10f, 1.01f, 30, EarlyStop.OFF),
          new Hqq(1f, 20f, 1.05f, 20, EarlyStop.RESTORE_BEST));

  /** Every group size, and with it every tail of a vector. */
  @ParameterizedTest
  @MethodSource("sizes")
  void equalsTheWalkAtEverySize(int size) {
    Bits bits = Bits.values()[size % Bits.values().length];
    float sigma = size % 2 == 0 ? 0.02f : 1f;
    Matrix w = gaussian(3, 2 * size, sigma, size);
    for (Axis axis : Axis.values()) {
      Matrix turned = axis == Axis.IN ? w : w.reshaped(2 * size, 3);
      QuantSpec spec = new QuantSpec(bits, size, axis, ZeroPoint.FLOAT);
      check(turned, spec, SOLVERS.get(size % SOLVERS.size()));
    }
  }

  static IntStream sizes() {
    return IntStream.rangeClosed(1, 300);
  }

  /**
   * The shrinkage is active in part of the groups and half-steps: a group that has stopped moving
   * starts again when a later, smaller threshold lets a residual through. Without the guard on the
   * last threshold codes differ here.
   */
  @ParameterizedTest
  @EnumSource(Bits.class)
  void equalsTheWalkWhereTheShrinkageIsActive(Bits bits) {
    for (float sigma : new float[] {0.02f, 0.1f, 0.3f, 1f}) {
      Matrix w = gaussian(48, 256, sigma, 7);
      for (Hqq solver : SOLVERS) {
        for (Axis axis : Axis.values()) {
          check(w, new QuantSpec(bits, 64, axis, ZeroPoint.FLOAT), solver);
        }
      }
    }
  }

  /** κ far above the library's, so that thresholds fall past the residuals of settled groups. */
  @ParameterizedTest
  @ValueSource(floats = {1.05f, 1.2f, 1.5f})
  void doesNotSettleBeforeTheLastThreshold(float kappa) {
    Hqq growing = new Hqq(0.7f, 10f, kappa, 20, EarlyStop.OFF);
    for (int bits = 2; bits <= 4; bits++) {
      Matrix w = gaussian(64, 256, 0.3f, bits);
      check(w, QuantSpec.of(bits, 64), growing);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void equalsTheWalkOnAwkwardWeights(long seed) {
    Weights weights = Weights.of(seed).with(ZeroPoint.FLOAT);
    check(weights.w(), weights.spec(), SOLVERS.get((int) (seed % SOLVERS.size())));
  }

  static LongStream seeds() {
    return LongStream.range(0, 200);
  }

  /** More than a block of groups, so that sums over blocks decide when the walk ends. */
  @Test
  void equalsTheWalkOverSeveralBlocks() {
    check(gaussian(300, 512, 0.02f, 3), QuantSpec.of(4, 64), Hqq.LEGACY);
    check(gaussian(300, 500, 0.5f, 3), QuantSpec.of(2, 20).with(Axis.OUT), Hqq.V2);
  }

  @Test
  void refusesWhatIsNoNumber() {
    Matrix w = Matrix.of(1, 4, 0, 1, Float.NaN, 2);
    QuantSpec spec = QuantSpec.of(3, 4);
    assertThrows(NonFiniteException.class, () -> HqqDirect.quantize(w, spec, Hqq.LEGACY));
    for (HqqKernel kernel : KERNELS) {
      assertThrows(NonFiniteException.class, () -> HqqDirect.quantize(w, spec, Hqq.LEGACY, kernel));
    }
  }

  @Test
  void refusesIntegerZeros() {
    QuantSpec spec = QuantSpec.of(4, 4).with(ZeroPoint.INTEGER);
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> HqqDirect.quantize(Matrix.zeros(1, 4), spec, Hqq.LEGACY));
    assertEquals(
        "HQQ moves the zero continuously, but the specification asks for INTEGER zeros; use"
            + " ZeroPoint.FLOAT",
        refusal.getMessage());
    for (HqqKernel kernel : KERNELS) {
      assertThrows(
          IllegalArgumentException.class,
          () -> HqqDirect.quantize(Matrix.zeros(1, 4), spec, Hqq.LEGACY, kernel));
    }
  }

  private static void check(Matrix w, QuantSpec spec, Hqq config) {
    HqqSolver solver = new HqqSolver(w, spec, config);
    QuantizedMatrix walked = solver.quantized(solver.result());
    for (HqqKernel kernel : KERNELS) {
      QuantizedMatrix direct = HqqDirect.quantize(w, spec, config, kernel);
      String where = kernel + " " + spec.label() + " " + config;
      assertEquals(0, walked.codes().countDifferent(direct.codes()), where + ": codes");
      assertEqual(walked.params().scales(), direct.params().scales(), where + ": scales");
      assertEqual(walked.params().zeros(), direct.params().zeros(), where + ": zeros");
    }
  }

  private static void assertEqual(Matrix expected, Matrix actual, String what) {
    for (long i = 0; i < expected.size(); i++) {
      assertEquals(expected.at(i), actual.at(i), what + " of group " + i);
    }
  }

  static Matrix gaussian(int rows, int cols, float sigma, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Matrix w = Matrix.zeros(rows, cols);
    Stream.iterate(0L, i -> i < w.size(), i -> i + 1)
        .forEach(i -> w.put(i, (float) random.nextGaussian() * sigma));
    return w;
  }
}
