package halfstep.eval;

import java.util.Arrays;

/** Numbers, one per scored prediction, with their weights in the mean. */
final class Sample {

  private final double[] values;
  private final double[] weights;

  /** All count the same. */
  Sample(double[] values) {
    this(values, ones(values.length));
  }

  Sample(double[] values, double[] weights) {
    this.values = values;
    this.weights = weights;
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  int size() {
    return values.length;
  }

  /** Σ w·x / Σ w */
  double mean() {
    double sum = 0;
    for (int i = 0; i < values.length; i++) {
      sum += weights[i] * values[i];
    }
    return sum / weight();
  }

  /** The square root of the mean square, all counting the same. */
  double rms() {
    double sum = 0;
    for (double value : values) {
      sum += value * value;
    }
    return Math.sqrt(sum / values.length);
  }

  /**
   * Standard error of the mean, values taken as independent: √(n/(n−1) · Σ w²·(x − mean)²) / Σ w.
   * With equal weights that is s/√n. NaN for a single value.
   */
  double standardError() {
    double mean = mean();
    double square = 0;
    for (int i = 0; i < values.length; i++) {
      double deviation = weights[i] * (values[i] - mean);
      square += deviation * deviation;
    }
    double n = values.length;
    return Math.sqrt(n / (n - 1) * square) / weight();
  }

  private double weight() {
    return Arrays.stream(weights).sum();
  }

  /** Values in order, for {@link Quantile}. */
  double[] sorted() {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted;
  }

  /** Means of consecutive parts, all values counting the same. */
  double[] partMeans(int[] starts) {
    double[] means = new double[starts.length - 1];
    for (int p = 0; p < means.length; p++) {
      double sum = 0;
      for (int i = starts[p]; i < starts[p + 1]; i++) {
        sum += values[i];
      }
      means[p] = sum / (starts[p + 1] - starts[p]);
    }
    return means;
  }

  Sample minus(Sample other) {
    double[] differences = values.clone();
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= other.values[i];
    }
    return new Sample(differences, weights);
  }
}
