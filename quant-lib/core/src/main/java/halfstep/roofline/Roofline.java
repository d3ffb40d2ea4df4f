package halfstep.roofline;

import halfstep.metric.Stopwatch;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.DoubleConsumer;

/**
 * The two limits of a machine, measured on it with all cores: what reaches a core from memory, and
 * what it multiplies. Work that does little per byte is held by the one, work that does much by the
 * other (Williams, Waterman and Patterson, <a
 * href="https://doi.org/10.1145/1498765.1498785">Roofline</a>, 2009).
 *
 * @param bytesPerSecond read from memory at most
 * @param flopsPerSecond additions and multiplications of float32 at most; ours, so it is what our
 *     products reach when memory does not hold them, not what the processor's data sheet says
 */
public record Roofline(double bytesPerSecond, double flopsPerSecond) {

  /** Beyond every cache that is usual: 128 MiB in two halves. */
  private static final long HALF = 64L << 20;

  private static final long BLOCK = 1L << 20;
  private static final int SIDE = 512;
  private static final int DEPTH = 1024;

  /** Refuses limits that are none. */
  public Roofline {
    if (!(bytesPerSecond > 0) || !(flopsPerSecond > 0)) {
      throw new IllegalArgumentException(
          "%s bytes and %s operations a second are no limits; both are above 0"
              .formatted(bytesPerSecond, flopsPerSecond));
    }
  }

  /**
   * Measures this machine: bytes by comparing two equal stretches of memory, which reads both and
   * writes nothing; operations by a product of matrices that stay in the caches.
   *
   * @param seconds how long to measure each of the two at least
   * @param progress hears the share done, 0 to 1
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static Roofline measure(double seconds, DoubleConsumer progress) {
    double bytes = reading(seconds, done -> progress.accept(done / 2));
    double flops = multiplying(seconds, done -> progress.accept(0.5 + done / 2));
    return new Roofline(bytes, flops);
  }

  private static double reading(double seconds, DoubleConsumer progress) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment one = arena.allocate(HALF);
      MemorySegment other = arena.allocate(HALF);
      return fastest(seconds, progress, 2.0 * HALF, () -> compared(one, other));
    }
  }

  private static boolean compared(MemorySegment one, MemorySegment other) {
    Parallel.blocks(
        HALF / BLOCK,
        "reading memory",
        block -> {
          long from = block * BLOCK;
          if (one.asSlice(from, BLOCK).mismatch(other.asSlice(from, BLOCK)) >= 0) {
            throw new IllegalStateException("memory that nobody wrote to has changed");
          }
        });
    return true;
  }

  private static double multiplying(double seconds, DoubleConsumer progress) {
    Matrix x = Matrix.zeros(SIDE, DEPTH);
    Matrix w = Matrix.zeros(SIDE, DEPTH);
    double flops = 2.0 * SIDE * SIDE * DEPTH;
    return fastest(seconds, progress, flops, () -> Matmul.timesTransposedHere(x, w));
  }

  /** A limit is what the best run reaches. */
  private static double fastest(
      double seconds, DoubleConsumer progress, double units, Callable<?> work) {
    return units * 1e9 / ProductRates.time(new Stopwatch(seconds, progress), work).best();
  }

  /** The higher of each limit: of two measurements of a machine, both were reached. */
  public Roofline or(Roofline other) {
    return new Roofline(
        Math.max(bytesPerSecond, other.bytesPerSecond),
        Math.max(flopsPerSecond, other.flopsPerSecond));
  }

  /**
   * Operations per second that neither limit forbids.
   *
   * @param intensity operations per byte
   */
  public double attainable(double intensity) {
    return Math.min(flopsPerSecond, intensity * bytesPerSecond);
  }

  /** Operations per byte from which on arithmetic is what holds. */
  public double ridge() {
    return flopsPerSecond / bytesPerSecond;
  }

  /** {@code reads 21.3 GB/s, multiplies 88 GFLOP/s; the two meet at 4.1 operations a byte}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "reads %.1f GB/s, multiplies %.0f GFLOP/s; the two meet at %.1f operations a byte",
        bytesPerSecond / 1e9,
        flopsPerSecond / 1e9,
        ridge());
  }
}
