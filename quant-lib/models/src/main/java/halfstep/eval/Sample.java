package halfstep.eval;

import java.util.Arrays;

/** Numbers, one per scored prediction. */
final class Sample {

  private final double[] values;

  Sample(double[] values) {
    this.values = values;
  }

  int size() {
    return values.length;
  }

  double mean() {
    double sum = 0;
    for (double value : values) {
      sum += value;
    }
    return sum / values.length;
  }

  /** Standard error of the mean, values taken as independent; NaN for a single one. */
  double standardError() {
    double mean = mean();
    double square = 0;
    for (double value : values) {
      square += (value - mean) * (value - mean);
    }
    return Math.sqrt(square / (values.length - 1) / values.length);
  }

  /** The smallest value that at least {@code share} of all values do not exceed. */
  double percentile(double share) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  Sample minus(Sample other) {
    double[] differences = values.clone();
    for (int i = 0; i < differences.length; i++) {
      differences[i] -= other.values[i];
    }
    return new Sample(differences);
  }
}
