package halfstep.awq;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;
import java.util.Arrays;

/**
 * Squared differences of two outputs, summed per calibration window, so that a resample of windows
 * needs no new forward pass. Immutable.
 */
public final class WindowLosses {

  private static final String WORK = "measuring an output";

  /** Rows whose squares one core sums at a time. */
  private static final int ROWS = 256;

  private final double[] sums;
  private final long[] elements;

  private WindowLosses(double[] sums, long[] elements) {
    this.sums = sums;
    this.elements = elements;
  }

  /** One window of a known mean. */
  public static WindowLosses of(double mean) {
    return new WindowLosses(new double[] {mean}, new long[] {1});
  }

  /**
   * Compares two outputs.
   *
   * @param expected {@code tokens × out}; not modified
   * @param actual the same shape; not modified
   * @param rows rows of each window, in order
   * @throws ShapeException if the shapes differ or the windows do not cover the rows
   */
  static WindowLosses between(Matrix expected, Matrix actual, long[] rows) {
    actual.requireShape(expected.shape(), "the original output");
    long total = Arrays.stream(rows).sum();
    if (total != expected.rows()) {
      throw new ShapeException(
          "the inspected output is %s, but the windows hold %d tokens; one row per token"
              .formatted(expected.shape(), total));
    }
    double[] sums = new double[rows.length];
    long[] elements = new long[rows.length];
    long[] starts = new long[rows.length];
    for (int w = 1; w < rows.length; w++) {
      starts[w] = starts[w - 1] + rows[w - 1];
    }
    Parallel.blocks(
        rows.length,
        WORK,
        window -> {
          int w = (int) window;
          sums[w] = squares(expected, actual, starts[w], starts[w] + rows[w]);
          elements[w] = rows[w] * expected.cols();
        });
    return new WindowLosses(sums, elements);
  }

  /** Σ (expected − actual)² over a window's rows, some at a time, their sums in order. */
  private static double squares(Matrix expected, Matrix actual, long from, long to) {
    double[] sums = new double[Math.toIntExact(Math.ceilDiv(to - from, ROWS))];
    Parallel.blocks(
        sums.length,
        WORK,
        block -> {
          long first = from + block * ROWS;
          sums[(int) block] = rowSquares(expected, actual, first, Math.min(to, first + ROWS));
        });
    return Arrays.stream(sums).reduce(0, Double::sum);
  }

  /** float32 differences, summed in double, rows in order. */
  private static double rowSquares(Matrix expected, Matrix actual, long from, long to) {
    int cols = Math.toIntExact(expected.cols());
    float[] e = new float[cols];
    float[] a = new float[cols];
    double sum = 0;
    for (long r = from; r < to; r++) {
      expected.read(r * cols, e, 0, cols);
      actual.read(r * cols, a, 0, cols);
      double row = 0;
      for (int c = 0; c < cols; c++) {
        float difference = e[c] - a[c];
        row += (double) difference * difference;
      }
      sum += row;
    }
    return sum;
  }

  /** Number of windows. */
  public int windows() {
    return sums.length;
  }

  /** Mean over one window; NaN if no token of it came here. */
  public double mean(int window) {
    return sums[window] / elements[window];
  }

  /** Mean over all windows, each output element counted once. */
  public double mean() {
    double sum = 0;
    long count = 0;
    for (int w = 0; w < sums.length; w++) {
      sum += sums[w];
      count += elements[w];
    }
    return sum / count;
  }

  /**
   * Mean over a resample.
   *
   * @param times how often each window was drawn
   * @return NaN if nothing was drawn
   */
  double mean(int[] times) {
    double sum = 0;
    long count = 0;
    for (int w = 0; w < sums.length; w++) {
      if (times[w] > 0) {
        sum += times[w] * sums[w];
        count += times[w] * elements[w];
      }
    }
    return sum / count;
  }

  @Override
  public String toString() {
    return "%.4e over %d windows".formatted(mean(), windows());
  }
}
