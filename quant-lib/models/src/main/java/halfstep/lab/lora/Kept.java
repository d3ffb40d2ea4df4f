package halfstep.lab.lora;

import halfstep.tensor.Parallel;
import java.util.Arrays;
import java.util.Locale;
import java.util.SplittableRandom;

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

  private static final int RESAMPLES = 2000;
  private static final int TAIL = RESAMPLES / 40;

  /**
   * @param gains fall of the loss, window by window; not modified
   * @param reference that of the full-precision base; not modified
   */
  static Kept of(double[] gains, double[] reference, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int n = gains.length;
    double[] shares = new double[RESAMPLES];
    for (int b = 0; b < RESAMPLES; b++) {
      Parallel.checkInterrupt("the bootstrap");
      double own = 0;
      double full = 0;
      for (int i = 0; i < n; i++) {
        int window = random.nextInt(n);
        own += gains[window];
        full += reference[window];
      }
      shares[b] = own / full;
    }
    Arrays.sort(shares);
    double share = Arrays.stream(gains).sum() / Arrays.stream(reference).sum();
    return new Kept(share, shares[TAIL], shares[RESAMPLES - 1 - TAIL], n);
  }

  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", share, low, high);
  }
}
