package halfstep.metric;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.Locale;

/**
 * How the weights of a layer are distributed, summed in double in row-major order.
 *
 * @param shape {@code out × in}
 * @param mean of all weights
 * @param deviation standard deviation, of the weights themselves (divided by their number)
 * @param skewness third standardised moment; 0 for a symmetric distribution and for constants
 * @param excessKurtosis fourth standardised moment less 3: 0 for a normal distribution, above 0 for
 *     heavier tails; 0 for constants
 * @param least the smallest weight
 * @param most the largest weight
 * @param outliers weights further than {@link #OUTLIER} standard deviations from the mean
 * @param largest where the weight of largest magnitude lies: its index in the row-major order
 */
public record WeightMoments(
    Shape shape,
    double mean,
    double deviation,
    double skewness,
    double excessKurtosis,
    float least,
    float most,
    long outliers,
    long largest) {

  /** Standard deviations from the mean beyond which a weight counts as an outlier. */
  public static final double OUTLIER = 6;

  /**
   * Measures.
   *
   * @param w {@code out × in}; not modified
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static WeightMoments of(Matrix w) {
    First first = new First();
    forRows(w, first::add);
    double mean = first.sum / w.size();
    Central central = new Central(mean);
    forRows(w, central::add);
    double variance = central.second / w.size();
    double deviation = Math.sqrt(variance);
    long[] outliers = new long[1];
    forRows(w, row -> outliers[0] += beyond(row, mean, OUTLIER * deviation));
    return new WeightMoments(
        w.shape(),
        mean,
        deviation,
        variance == 0 ? 0 : central.third / w.size() / (variance * deviation),
        variance == 0 ? 0 : central.fourth / w.size() / (variance * variance) - 3,
        first.least,
        first.most,
        outliers[0],
        first.largest);
  }

  /** Largest magnitude. */
  public float magnitude() {
    return Math.max(Math.abs(least), Math.abs(most));
  }

  /** The row of the weight of largest magnitude. */
  public long largestRow() {
    return largest / shape.cols();
  }

  /** The column of the weight of largest magnitude. */
  public long largestCol() {
    return largest % shape.cols();
  }

  private static final class First {
    double sum;
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    float magnitude = -1;
    long largest;
    long seen;

    void add(float[] row) {
      for (float value : row) {
        sum += value;
        least = Math.min(least, value);
        most = Math.max(most, value);
        if (Math.abs(value) > magnitude) {
          magnitude = Math.abs(value);
          largest = seen;
        }
        seen++;
      }
    }
  }

  /** Sums of powers of the distance from the mean. */
  private static final class Central {
    final double mean;
    double second;
    double third;
    double fourth;

    Central(double mean) {
      this.mean = mean;
    }

    void add(float[] row) {
      for (float value : row) {
        double d = value - mean;
        double square = d * d;
        second += square;
        third += square * d;
        fourth += square * square;
      }
    }
  }

  private static long beyond(float[] row, double mean, double distance) {
    long count = 0;
    for (float value : row) {
      count += Math.abs(value - mean) > distance ? 1 : 0;
    }
    return count;
  }

  private interface RowWork {
    void on(float[] row);
  }

  private static void forRows(Matrix w, RowWork work) {
    float[] row = new float[Math.toIntExact(w.cols())];
    for (long r = 0; r < w.rows(); r++) {
      Parallel.checkInterrupt("measuring weights");
      w.read(r * w.cols(), row, 0, row.length);
      work.on(row);
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s, mean %.3e, deviation %.3e, %.4f … %.4f, %d outliers",
        shape,
        mean,
        deviation,
        least,
        most,
        outliers);
  }
}
