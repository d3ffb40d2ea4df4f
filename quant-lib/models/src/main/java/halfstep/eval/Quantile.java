package halfstep.eval;

import java.util.Locale;

/**
 * The smallest value that at least a share of all values do not exceed, with the interval of 95 %
 * that the ranks around it give without an assumption about the distribution.
 *
 * @param share 0 to 1
 * @param value nearest-rank
 * @param interval from the values whose ranks lie 1.96 standard deviations of the binomial away
 */
public record Quantile(double share, double value, Interval interval) {

  /**
   * @param sorted ascending; not modified
   */
  static Quantile of(double share, double[] sorted) {
    double n = sorted.length;
    double rank = n * share;
    double spread = Interval.Z * Math.sqrt(n * share * (1 - share));
    return new Quantile(
        share,
        at(sorted, rank),
        new Interval(at(sorted, rank - spread), at(sorted, rank + spread)));
  }

  private static double at(double[] sorted, double rank) {
    int index = (int) Math.ceil(rank) - 1;
    return sorted[Math.clamp(index, 0, sorted.length - 1)];
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.1f %%: %.4g %s", 100 * share, value, interval);
  }
}
