package halfstep.backend;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.hqq.HqqKernel;
import halfstep.hqq.ScalarHqq;
import halfstep.linear.LinearKernel;
import halfstep.linear.QuantizedLinear;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matmul;
import halfstep.tensor.MatmulKernel;
import halfstep.tensor.Matrix;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;

/**
 * The vector kernels beside the plain loops, by CPU time in one thread. The bounds are loose: they
 * fail when the compiler stops inlining a method and boxes its vectors, which costs a factor of 3
 * to 30 and changes no result.
 *
 * <p>How long the compiler takes until it gets to a method depends on what else this JVM and this
 * machine do; so each bound is waited for, and missed only when it was not reached in {@link
 * #PATIENCE}.
 */
class VectorRatioTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final int ROUNDS = 7;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  @Test
  void hqqOnVectorsIsNotSlowerThanPlain() {
    HqqKernel vector = vector(HqqKernel.class);
    float[] w = new float[64];
    float[] lanes = new float[2 * HqqKernel.LANES];
    for (int i = 0; i < w.length; i++) {
      w[i] = i * 37 % 64 - 31.5f;
    }
    HqqKernel plain = new ScalarHqq();
    assertReaches(
        1,
        "times as fast as the plain kernel of HQQ",
        () ->
            nanos(() -> plain.recentre(w, 0, w, 64, 31.5f, 1f, 63, lanes), 20_000)
                / nanos(() -> vector.recentre(w, 0, w, 64, 31.5f, 1f, 63, lanes), 20_000));
  }

  @Test
  void theProductOnVectorsReachesGigaflops() {
    MatmulKernel vector = vector(MatmulKernel.class);
    int depth = 256;
    int columns = vector.columns();
    int strips = 12;
    int rows = strips * vector.rows();
    float[] x = new float[rows * depth];
    float[] w = new float[columns * depth];
    float[] y = new float[rows * columns];
    Runnable product = () -> vector.addProduct(x, 0, depth, strips, w, 0, depth, y, 0, columns);
    assertReaches(3, "GFLOP/s", () -> 2.0 * rows * depth * columns / nanos(product, 200));
  }

  /** 12 and 17 products a nanosecond where this was written, 1 with boxed vectors. */
  @Test
  void packedCodesAreMultipliedByTheNanosecond() {
    vector(LinearKernel.class);
    Matrix w = Matrix.zeros(256, 1024);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, i * 37 % 64 - 31.5f);
    }
    QuantizedLinear layer = QuantizedLinear.of(MinMaxRounding.codes(w, QuantSpec.of(3, 64)));
    for (int rows : new int[] {1, 4}) {
      Matrix x = w.rows(0, rows);
      assertReaches(
          2,
          "products a nanosecond with %d rows".formatted(rows),
          () -> rows * w.size() / nanos(() -> layer.apply(x), 100));
    }
  }

  /** 6 where this was written, with the weights in the second cache. */
  @Test
  void aFewRowsAreMultipliedByTheNanosecond() {
    vector(MatmulKernel.class);
    Matrix w = Matrix.zeros(256, 512);
    Matrix x = Matrix.zeros(1, 512);
    assertReaches(
        1,
        "products a nanosecond",
        () -> w.size() / nanos(() -> Matmul.timesTransposed(x, w), 100));
  }

  private static <K> K vector(Class<K> type) {
    Backend best = Backends.available().getFirst();
    assumeTrue(best.name().equals("vector"), "this JVM runs without the Vector API");
    assertTrue(best.kernel(LinearKernel.class).isPresent());
    return best.kernel(type).orElseThrow();
  }

  /** Fails if no measurement within the patience is above the bound; one is made in any case. */
  private static void assertReaches(double bound, String unit, DoubleSupplier measurement) {
    long begun = System.nanoTime();
    double best;
    do {
      best = measurement.getAsDouble();
    } while (best <= bound && System.nanoTime() - begun < PATIENCE.toNanos());
    assertTrue(best > bound, "%.2f %s, more than %.0f expected".formatted(best, unit, bound));
  }

  /** Least CPU time of one call. */
  private static double nanos(Runnable work, int times) {
    double least = Double.POSITIVE_INFINITY;
    for (int round = 0; round < ROUNDS; round++) {
      long before = CLOCK.getCurrentThreadCpuTime();
      for (int i = 0; i < times; i++) {
        work.run();
      }
      least = Math.min(least, (double) (CLOCK.getCurrentThreadCpuTime() - before) / times);
    }
    return least;
  }
}
