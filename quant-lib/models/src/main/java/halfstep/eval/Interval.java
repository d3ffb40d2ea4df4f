package halfstep.eval;

import java.util.Locale;

/**
 * Where a figure lies, with a confidence of 95 %.
 *
 * @param low its lower end
 * @param high its upper end
 */
public record Interval(double low, double high) {

  /** Standard errors on either side that hold 95 % of a normal distribution. */
  static final double Z = 1.959964;

  /** The normal interval around a mean. */
  static Interval around(double mean, double standardError) {
    return new Interval(mean - Z * standardError, mean + Z * standardError);
  }

  /**
   * Wilson's interval of a share, which stays within 0 and 1 (E. B. Wilson 1927).
   *
   * @param share seen, 0 to 1
   * @param n of how many
   */
  public static Interval ofShare(double share, long n) {
    double z2 = Z * Z;
    double middle = (share + z2 / (2 * n)) / (1 + z2 / n);
    double half = Z * Math.sqrt(share * (1 - share) / n + z2 / (4.0 * n * n)) / (1 + z2 / n);
    return new Interval(Math.max(0, middle - half), Math.min(1, middle + half));
  }

  /** Whether it leaves out a value. */
  public boolean excludes(double value) {
    return value < low || value > high;
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "[%.4g, %.4g]", low, high);
  }
}
