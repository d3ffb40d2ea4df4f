package halfstep.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How long one run of something takes, from several samples after a warm-up.
 *
 * @param nanos nanoseconds of one run, a number per sample, in the order of measuring; at least one
 * @param runsPerSample runs that a sample lasted, whose mean it is; more than 1 for what is too
 *     short for the clock
 */
public record Timing(List<Double> nanos, long runsPerSample) {

  /** Takes a copy of the list and refuses an empty one. */
  public Timing {
    nanos = List.copyOf(nanos);
    if (nanos.isEmpty()) {
      throw new IllegalArgumentException("a timing without samples says nothing");
    }
  }

  /** Number of samples. */
  public int samples() {
    return nanos.size();
  }

  /** Mean, in nanoseconds. */
  public double mean() {
    return nanos.stream().mapToDouble(Double::doubleValue).sum() / samples();
  }

  /** Standard deviation of the samples (divided by their number less one), in nanoseconds. */
  public double deviation() {
    double mean = mean();
    double squares = nanos.stream().mapToDouble(n -> (n - mean) * (n - mean)).sum();
    return samples() == 1 ? 0 : Math.sqrt(squares / (samples() - 1));
  }

  /** The shortest, in nanoseconds. */
  public double best() {
    return quantile(0);
  }

  /**
   * What a share of the samples does not exceed, in nanoseconds: the smallest sample with at least
   * that share of all at or below it.
   *
   * @param share 0 to 1
   */
  public double quantile(double share) {
    double[] sorted = nanos.stream().mapToDouble(Double::doubleValue).toArray();
    Arrays.sort(sorted);
    int rank = (int) Math.ceil(share * sorted.length) - 1;
    return sorted[Math.clamp(rank, 0, sorted.length - 1)];
  }

  /** Units a second at the median, for example bytes, if one run does so many. */
  public double perSecond(double units) {
    return units * 1e9 / quantile(0.5);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%.3g ns ± %.3g (%d samples of %d runs)",
        mean(),
        deviation(),
        samples(),
        runsPerSample);
  }
}
