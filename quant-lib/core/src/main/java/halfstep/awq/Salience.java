package halfstep.awq;

import halfstep.calib.Activations;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How strongly each input channel of a layer is driven: the mean of |x| over the calibration tokens
 * (AWQ, section 3.1; llm-awq calls it {@code x_max}, though it is a mean). Immutable.
 */
public final class Salience {

  private final float[] means;
  private final int[] byStrength;

  private Salience(float[] means) {
    this.means = means;
    this.byStrength =
        IntStream.range(0, means.length)
            .boxed()
            .sorted((a, b) -> Float.compare(means[b], means[a]))
            .mapToInt(Integer::intValue)
            .toArray();
  }

  /** The salience that activations show. */
  public static Salience of(Activations activations) {
    return new Salience(activations.meanAbsolute());
  }

  /** Mean of |x| of a channel. */
  public float get(int channel) {
    return means[channel];
  }

  /** Number of input channels. */
  public int channels() {
    return means.length;
  }

  /** A new array of all means. */
  public float[] toArray() {
    return means.clone();
  }

  /**
   * The strongest channels, strongest first.
   *
   * @param fraction share of the channels, 0 to 1; at least one channel is returned
   */
  public int[] top(double fraction) {
    int count = Math.max(1, (int) Math.round(fraction * means.length));
    return Arrays.copyOf(byStrength, count);
  }

  /** Share of all activation magnitude that the strongest {@code fraction} of channels carries. */
  public double shareOfTop(double fraction) {
    double all = 0;
    for (float mean : means) {
      all += mean;
    }
    double top = 0;
    for (int channel : top(fraction)) {
      top += means[channel];
    }
    return all == 0 ? 0 : top / all;
  }

  /** Strongest channel over the median one: about 2 without salient channels. */
  public double maxOverMedian() {
    return means[byStrength[0]] / means[byStrength[means.length / 2]];
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "Salience of %d channels, max/median %.2f, strongest 1 %% carry %.1f %%",
        channels(),
        maxOverMedian(),
        100 * shareOfTop(0.01));
  }
}
