package halfstep.lab.draft;

import halfstep.metric.PairedComparison;
import java.util.Locale;

/**
 * A mean between 0 and 1 over texts, with a 95 % interval from resampled texts: tokens of one text
 * are not independent.
 *
 * @param value the mean
 * @param low lower end
 * @param high upper end
 * @param texts how many
 */
public record Share(double value, double low, double high, int texts) {

  /**
   * @param means of each text, all of one length; not modified
   * @param seed of the bootstrap; the same gives the same interval
   */
  static Share of(double[] means, long seed) {
    PairedComparison mean = PairedComparison.of(means, new double[means.length], seed);
    return new Share(mean.meanDifference(), mean.low(), mean.high(), mean.n());
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", value, low, high);
  }
}
