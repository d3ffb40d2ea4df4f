package halfstep.lab.lora;

import halfstep.metric.Bootstrap;
import java.util.Arrays;
import java.util.Locale;

/**
 * Share of the fine-tuning gain that a quantized base keeps: its own fall of the loss over that of
 * the full-precision base, on the same held-out windows. The interval resamples windows, both falls
 * together (percentile bootstrap).
 *
 * @param share 1 if all is kept, 0 if nothing was won
 * @param low lower end of the 95 % interval
 * @param high its upper end
 * @param windows how many
 */
public record Kept(double share, double low, double high, int windows) {

  /**
   * @param gains fall of the loss, window by window; not modified
   * @param reference that of the full-precision base; not modified
   */
  static Kept of(double[] gains, double[] reference, long seed) {
    Bootstrap interval =
        Bootstrap.of(
            gains.length,
            seed,
            drawn -> Bootstrap.sum(gains, drawn) / Bootstrap.sum(reference, drawn));
    double share = Arrays.stream(gains).sum() / Arrays.stream(reference).sum();
    return new Kept(share, interval.low(), interval.high(), gains.length);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", share, low, high);
  }
}
