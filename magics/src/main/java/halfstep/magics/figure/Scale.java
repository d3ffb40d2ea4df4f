package halfstep.magics.figure;

import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;

/**
 * From values to shares of an axis.
 *
 * @param min value at its beginning
 * @param max value at its end, larger
 * @param logarithmic whether equal ratios are equally far apart; both ends are then positive
 */
public record Scale(double min, double max, boolean logarithmic) {

  /** Largest over smallest value from which on an axis is logarithmic. */
  private static final double WIDE = 5;

  private static final double[] STEPS = {1, 2, 5, 10};

  /** Refuses ends that are none. */
  public Scale {
    if (!(min < max) || logarithmic && min <= 0) {
      throw new IllegalArgumentException(
          "no %s axis from %s to %s".formatted(logarithmic ? "logarithmic" : "linear", min, max));
    }
  }

  /** Equal differences are equally far apart; a single value gets room on both sides. */
  public static Scale linear(double min, double max) {
    if (min < max) {
      return new Scale(min, max, false);
    }
    double room = min == 0 ? 1 : Math.abs(min) / 2;
    return new Scale(min - room, min + room, false);
  }

  /** From zero to a little beyond the largest value. */
  public static Scale fromZero(double max) {
    return new Scale(0, max > 0 ? 1.04 * max : 1, false);
  }

  /** Logarithmic if the values are positive and differ much, else linear; with room at the ends. */
  public static Scale around(DoubleSummaryStatistics values) {
    double min = values.getMin();
    double max = values.getMax();
    if (min > 0 && max > WIDE * min) {
      double room = Math.pow(max / min, 0.06);
      return new Scale(min / room, max * room, true);
    }
    double room = 0.06 * (max - min);
    return linear(min - room, max + room);
  }

  /** Where a value lies: 0 at the beginning, 1 at the end. */
  public double share(double value) {
    return logarithmic ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min);
  }

  /**
   * Round values to label.
   *
   * @param most about how many there is room for
   */
  public List<Double> ticks(int most) {
    return logarithmic ? logTicks(most) : linearTicks(most);
  }

  private List<Double> linearTicks(int most) {
    double least = (max - min) / Math.max(1, most);
    double decade = Math.pow(10, Math.floor(Math.log10(least)));
    double step = 10 * decade;
    for (double lead : STEPS) {
      if (lead * decade >= least * (1 - 1e-9)) {
        step = lead * decade;
        break;
      }
    }
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(min / step - 1e-9); i * step <= max + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks;
  }

  /** 1, 2 and 5 of each decade, or powers of ten alone where those would be too many. */
  private List<Double> logTicks(int most) {
    List<Double> fine = new ArrayList<>();
    List<Double> decades = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(min)); e <= Math.ceil(Math.log10(max)); e++) {
      for (double lead : new double[] {1, 2, 5}) {
        double tick = lead * Math.pow(10, e);
        if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) {
          fine.add(tick);
          if (lead == 1) {
            decades.add(tick);
          }
        }
      }
    }
    return fine.size() > most && decades.size() >= 2 ? decades : fine;
  }
}
