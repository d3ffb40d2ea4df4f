import halfstep.compose.Quantize;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.lang.management.ManagementFactory;
import java.util.Random;

/**
 * The solver by itself: HQQ, 4 bit in groups of 64, on a layer of Llama-3-8B that is in memory,
 * again and again for some seconds.
 *
 * <p>usage: java -cp 'magics/target/dist/lib/*' bench/scale/Solver.java SECONDS
 */
class Solver {

  private static final int OUT = 14_336;
  private static final int IN = 4096;

  public static void main(String[] arguments) throws Exception {
    double seconds = Double.parseDouble(arguments[0]);
    Matrix w = Matrix.zeros(OUT, IN);
    Random random = new Random(1);
    float[] row = new float[IN];
    for (int r = 0; r < OUT; r++) {
      for (int c = 0; c < IN; c++) {
        row[c] = (float) (0.02 * random.nextGaussian());
      }
      w.write((long) r * IN, row, 0, IN);
    }
    Quantize.dataFree(w, QuantSpec.of(4, 64), Hqq.DEFAULT); // compiles it
    var process =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = process.getProcessCpuTime();
    long start = System.nanoTime();
    long weights = 0;
    while ((System.nanoTime() - start) / 1e9 < seconds) {
      Quantize.dataFree(w, QuantSpec.of(4, 64), Hqq.DEFAULT);
      weights += w.size();
    }
    double wall = (System.nanoTime() - start) / 1e9;
    double used = (process.getProcessCpuTime() - cpu) / 1e9;
    System.out.printf(
        "{\"weights_per_second\": %.4e, \"weights_per_cpu_second\": %.4e}%n",
        weights / wall, weights / used);
  }
}
