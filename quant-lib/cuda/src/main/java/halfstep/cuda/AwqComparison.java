package halfstep.cuda;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.calib.Activations;
import halfstep.cuda.device.GpuDevice;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * AWQ's losses of one layer by the processor's search and by the device.
 *
 * @param expected the search's, one per ratio
 * @param actual the device's
 */
record AwqComparison(double[] expected, double[] actual) {

  /**
   * How far a loss may be off, over itself. Errors and the Gram matrix are each rounded to eleven
   * bits, 2⁻¹² of themselves on average; their roundings are independent of one another, so in a
   * sum of many they do not add up.
   */
  static final double LOSS = 1e-3;

  /** What the device's choice may lose: two losses that are this close may change places. */
  static final double CHOICE = 2 * LOSS;

  /** Measures both. */
  static AwqComparison of(GpuDevice device, Matrix w, QuantSpec spec, Matrix x, Awq config) {
    AwqScaleSearch search =
        new AwqScaleSearch(
            List.of(w),
            spec,
            config,
            Activations.of(x),
            weights -> Matmul.timesTransposed(x, weights.getFirst()));
    List<AwqStep> steps = search.steps().toList();
    try (GpuAwq gpu = new GpuAwq(device, x)) {
      return new AwqComparison(
          steps.stream().mapToDouble(AwqStep::outputMse).toArray(),
          gpu.losses(w, spec, steps.stream().map(AwqStep::scales).toList()));
    }
  }

  /** The largest difference of two losses, over the processor's. */
  double worst() {
    double worst = 0;
    for (int i = 0; i < expected.length; i++) {
      double off = Math.abs(actual[i] - expected[i]) / expected[i];
      worst = Double.isNaN(off) ? Double.POSITIVE_INFINITY : Math.max(worst, off);
    }
    return worst;
  }

  /** The processor's loss at the device's choice, over its least, less 1. */
  double lost() {
    int choice = 0;
    for (int i = 1; i < actual.length; i++) {
      choice = actual[i] < actual[choice] ? i : choice;
    }
    return expected[choice] / Arrays.stream(expected).min().orElseThrow() - 1;
  }

  /**
   * Inputs as layers see them: channels that go together, one in 61 thirty times as large as the
   * others, some of them one-sided.
   *
   * @return a new matrix, {@code tokens × columns}
   */
  static Matrix inputs(int tokens, int columns) {
    SplittableRandom random = new SplittableRandom(columns);
    Matrix x = Matrix.zeros(tokens, columns);
    float[] row = new float[columns];
    for (int t = 0; t < tokens; t++) {
      float common = (float) random.nextGaussian();
      for (int c = 0; c < columns; c++) {
        float size = c % 61 == 7 ? 30f : 1f;
        float mean = c % 5 == 3 ? 1f : 0f;
        row[c] = size * (mean + (c % 3 == 0 ? common : 0f) + (float) random.nextGaussian());
      }
      x.write((long) t * columns, row, 0, columns);
    }
    return x;
  }
}
