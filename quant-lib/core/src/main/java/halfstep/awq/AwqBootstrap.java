package halfstep.awq;

import java.util.List;
import java.util.Locale;

/**
 * What resampling the calibration windows says about a search's choice.
 *
 * @param resamples how often windows were drawn
 * @param level share of resamples inside each interval, such as 0.95
 * @param ratio interval of the chosen ratio
 * @param timesChosen for each grid point, in how many resamples it won
 * @param scales interval of each channel's scale; ratio and salience both vary in it
 */
public record AwqBootstrap(
    int resamples, double level, Interval ratio, List<Integer> timesChosen, List<Interval> scales) {

  /** Takes copies. */
  public AwqBootstrap {
    timesChosen = List.copyOf(timesChosen);
    scales = List.copyOf(scales);
  }

  /**
   * A percentile interval.
   *
   * @param low smallest value inside
   * @param high largest value inside
   */
  public record Interval(double low, double high) {
    /** Whether a value is inside; ends included. */
    public boolean holds(double value) {
      return low <= value && value <= high;
    }

    /** Largest over smallest, for positive quantities such as scales. */
    public double factor() {
      return high / low;
    }
  }

  /** Share of resamples in which a grid point won. */
  public double share(int index) {
    return (double) timesChosen.get(index) / resamples;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "ratio %.2f … %.2f in %.0f %% of %d resamples; %d channels, scales uncertain by a factor of up to %.2f",
        ratio.low(),
        ratio.high(),
        100 * level,
        resamples,
        scales.size(),
        scales.stream().mapToDouble(Interval::factor).max().orElse(1));
  }
}
