package halfstep.metric;

import java.util.Arrays;
import java.util.Locale;

/**
 * Whether one method is better than another on the same groups, layers or windows: the mean of the
 * paired differences with a bootstrap interval (percentiles of the means of resampled pairs, B.
 * Efron 1979). Pairing takes out what both have in common, so small differences show.
 *
 * @param meanDifference mean of {@code first − second}; negative if the first has less error
 * @param low lower end of the 95 % interval
 * @param high its upper end
 * @param n number of pairs
 */
public record PairedComparison(double meanDifference, double low, double high, int n) {

  /**
   * Compares two error vectors, pair by pair. The same seed gives the same interval.
   *
   * @param first errors of one method; not modified
   * @param second errors of the other on the same things; not modified
   * @throws IllegalArgumentException if the lengths differ, or there are fewer than two pairs, or a
   *     difference is not finite
   */
  public static PairedComparison of(double[] first, double[] second, long seed) {
    double[] differences = differences(first, second);
    Bootstrap interval =
        Bootstrap.of(differences.length, seed, drawn -> Bootstrap.mean(differences, drawn));
    double mean = Arrays.stream(differences).sum() / differences.length;
    return new PairedComparison(mean, interval.low(), interval.high(), differences.length);
  }

  private static double[] differences(double[] first, double[] second) {
    if (first.length != second.length || first.length < 2) {
      throw new IllegalArgumentException(
          "%d errors beside %d cannot be compared in pairs; both need the same length, at least 2"
              .formatted(first.length, second.length));
    }
    double[] differences = new double[first.length];
    for (int i = 0; i < differences.length; i++) {
      differences[i] = first[i] - second[i];
      if (!Double.isFinite(differences[i])) {
        throw new IllegalArgumentException(
            "pair %d is %s and %s; errors must be finite".formatted(i, first[i], second[i]));
      }
    }
    return differences;
  }

  /** Whether the interval leaves out 0: the data tell the two apart. */
  public boolean isDecided() {
    return low > 0 || high < 0;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%+.3e [%+.3e, %+.3e], n = %d", meanDifference, low, high, n);
  }
}
