package halfstep.lab.baseline;

import halfstep.metric.Bootstrap;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One method beside another at equal effective bits. Methods store unlike zeros, so at the same
 * nominal width they cost unlike bits; the other's KL at this one's bits lies on the straight line
 * between its two neighbouring widths in log KL.
 *
 * @param first label of the method, with its width
 * @param second the other method
 * @param bitsPerWeight at which both are compared
 * @param firstKl measured, in nats
 * @param secondKl between the neighbours, in nats
 * @param ratio {@code firstKl / secondKl − 1}; negative if the first is closer
 * @param low lower end of the ratio's interval of 95 %, windows resampled for all at once
 * @param high its upper end
 * @param windows how many there are
 */
public record EqualBits(
    String first,
    String second,
    double bitsPerWeight,
    double firstKl,
    double secondKl,
    double ratio,
    double low,
    double high,
    int windows) {

  /** A point of a method's line: bits per weight, and KL window by window. */
  record Point(double bits, double[] kl) {}

  /**
   * Compares; empty if the other method has no width on both sides of the rung.
   *
   * @param rung of the first method
   * @param others all widths of the second method, with groups of one size
   * @param seed the same gives the same interval
   */
  public static Optional<EqualBits> of(Rung rung, List<Rung> others, long seed) {
    List<Rung> sorted =
        others.stream().sorted(Comparator.comparingDouble(Rung::bitsPerWeight)).toList();
    for (int i = 1; i < sorted.size(); i++) {
      Rung below = sorted.get(i - 1);
      Rung above = sorted.get(i);
      boolean between =
          below.bitsPerWeight() <= rung.bitsPerWeight()
              && rung.bitsPerWeight() <= above.bitsPerWeight()
              && below.bitsPerWeight() < above.bitsPerWeight();
      if (between && below.kl() > 0 && above.kl() > 0) {
        rung.divergence().basis().requireSame(below.divergence().basis());
        rung.divergence().basis().requireSame(above.divergence().basis());
        return Optional.of(
            compare(
                rung.solver().label(),
                below.solver().method().label(),
                List.of(point(rung), point(below), point(above)),
                seed));
      }
    }
    return Optional.empty();
  }

  private static Point point(Rung rung) {
    return new Point(rung.bitsPerWeight(), rung.divergence().klByWindow().toArray());
  }

  /**
   * @param points the first method's, then the second's below and above
   */
  static EqualBits compare(String first, String second, List<Point> points, long seed) {
    int n = points.getFirst().kl().length;
    int[] all = new int[n];
    Arrays.setAll(all, i -> i);
    double firstKl = Bootstrap.mean(points.getFirst().kl(), all);
    double secondKl = between(points, all);
    Bootstrap interval =
        Bootstrap.of(
            n,
            seed,
            drawn -> Bootstrap.mean(points.getFirst().kl(), drawn) / between(points, drawn) - 1);
    return new EqualBits(
        first,
        second,
        points.getFirst().bits(),
        firstKl,
        secondKl,
        firstKl / secondKl - 1,
        interval.low(),
        interval.high(),
        n);
  }

  private static double between(List<Point> points, int[] windows) {
    Point below = points.get(1);
    Point above = points.get(2);
    double share = (points.getFirst().bits() - below.bits()) / (above.bits() - below.bits());
    double low = Math.log(Bootstrap.mean(below.kl(), windows));
    double high = Math.log(Bootstrap.mean(above.kl(), windows));
    return Math.exp(low + share * (high - low));
  }

  /** {@code ls 3 bit g64 beside awq at 3.708 bits: KL 0.21 beside 0.24, −12.1 % [−15.0, −9.2]}. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s beside %s at %.3f bits per weight: KL %.4f beside %.4f, %+.1f %% [%+.1f, %+.1f] over %d windows",
        first,
        second,
        bitsPerWeight,
        firstKl,
        secondKl,
        100 * ratio,
        100 * low,
        100 * high,
        windows);
  }
}
