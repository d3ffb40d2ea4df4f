import halfstep.compose.Quantize;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * HQQ at 4 bits in groups of 64 as layers grow: prints a line of a table for each, with CPU time on
 * one core per million weights and the process's peak memory beside what weights, codes, scales and
 * zeros take. Start with -XX:ActiveProcessorCount=1, so that the calling thread does all the work;
 * arguments are sides of square layers, ascending.
 */
final class Scaling {

  private static final double MEBIBYTE = 1 << 20;
  private static final int REPEATS = 5;
  private static final ThreadMXBean CLOCK = ManagementFactory.getThreadMXBean();

  private Scaling() {}

  public static void main(String[] sides) throws IOException {
    QuantSpec spec = QuantSpec.of(4, 64);
    Matrix small = gaussian(1024);
    for (int i = 0; i < 20; i++) { // until everything is compiled
      Quantize.dataFree(small, spec, Hqq.LEGACY);
    }
    System.out.println("| weights | CPU ms | CPU ms per million | peak MiB | of it data |");
    System.out.println("|---|---|---|---|---|");
    for (String side : sides) {
      line(Integer.parseInt(side), spec);
      release(); // the weights, before the next ones are made
    }
  }

  private static void line(int side, QuantSpec spec) throws IOException {
    Matrix w = gaussian(side);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < REPEATS; i++) {
      least = Math.min(least, solve(w, spec));
      release();
    }
    double millions = w.size() / 1e6;
    double data = w.size() * (4 + 1 + 8.0 / 64) / MEBIBYTE;
    System.out.printf(
        Locale.ROOT, "| %.0f M | %.0f | %.2f | %.0f | %.0f |%n",
        w.size() / MEBIBYTE, least, least / millions, peak(), data);
  }

  /** CPU milliseconds; the result is dropped. */
  private static double solve(Matrix w, QuantSpec spec) {
    long start = CLOCK.getCurrentThreadCpuTime();
    QuantizedMatrix result = Quantize.dataFree(w, spec, Hqq.LEGACY);
    if (!result.shape().equals(w.shape())) {
      throw new IllegalStateException("another shape");
    }
    return (CLOCK.getCurrentThreadCpuTime() - start) / 1e6;
  }

  /** Off-heap memory goes with its owners, a moment after a collection has found them. */
  private static void release() {
    System.gc();
    try {
      Thread.sleep(200);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Matrix gaussian(int side) {
    Matrix w = Matrix.zeros(side, side);
    float[] line = new float[side];
    SplittableRandom random = new SplittableRandom(side);
    for (int row = 0; row < side; row++) {
      for (int c = 0; c < side; c++) {
        line[c] = (float) random.nextGaussian() * 0.02f;
      }
      w.write((long) row * side, line, 0, side);
    }
    return w;
  }

  /** Linux' high-water mark of resident memory, MiB. */
  private static double peak() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024.0;
      }
    }
    return Double.NaN;
  }
}
