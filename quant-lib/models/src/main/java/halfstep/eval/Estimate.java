package halfstep.eval;

import java.util.Locale;

/**
 * A mean over predictions, taken as independent.
 *
 * @param value the mean
 * @param standardError of it
 * @param interval of 95 %
 */
public record Estimate(double value, double standardError, Interval interval) {

  static Estimate meanOf(Sample sample) {
    double mean = sample.mean();
    double error = sample.standardError();
    return new Estimate(mean, error, Interval.around(mean, error));
  }

  /** The share of ones in a sample of zeros and ones. */
  static Estimate shareOf(Sample sample) {
    double share = sample.mean();
    return new Estimate(share, sample.standardError(), Interval.ofShare(share, sample.size()));
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.5g ± %.2g", value, standardError);
  }
}
