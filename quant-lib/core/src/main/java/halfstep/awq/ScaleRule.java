package halfstep.awq;

import halfstep.quant.ChannelScales;
import java.util.List;
import java.util.stream.IntStream;

/**
 * From salience and a ratio to scales:
 *
 * <pre>
 * s = x̄^r / (w̄^(1−r) + 1e-4)   (duo scaling),   s = x̄^r   (activations alone),   at least 1e-4
 * s ← s / √(max s · min s)
 * </pre>
 *
 * <p>A dead channel, whose inputs or weights were all zero, shows nothing to choose a scale by: it
 * keeps 1, and takes no part in max and min, which it would otherwise decide for all others.
 */
final class ScaleRule {

  private static final float LEAST_SCALE = 1e-4f;
  private static final float LEAST_MAGNITUDE = 1e-4f;

  private final float[] weightMagnitude;
  private final boolean duoScaling;

  /**
   * @param weightMagnitude w̄ per channel; kept, not modified
   */
  ScaleRule(float[] weightMagnitude, boolean duoScaling) {
    this.weightMagnitude = weightMagnitude;
    this.duoScaling = duoScaling;
  }

  /** Channels that keep scale 1. */
  List<Integer> dead(float[] salience) {
    return IntStream.range(0, salience.length).filter(c -> isDead(salience, c)).boxed().toList();
  }

  private boolean isDead(float[] salience, int channel) {
    return salience[channel] == 0 || weightMagnitude[channel] == 0;
  }

  /**
   * @param salience x̄ per channel; not modified
   * @param ratio exponent, 0 to 1
   */
  ChannelScales scales(float[] salience, float ratio) {
    float[] s = new float[salience.length];
    float most = 0;
    float least = Float.POSITIVE_INFINITY;
    for (int c = 0; c < s.length; c++) {
      if (isDead(salience, c)) {
        continue;
      }
      float x = (float) Math.pow(salience[c], ratio);
      float w = (float) Math.pow(weightMagnitude[c], 1 - ratio) + LEAST_MAGNITUDE;
      s[c] = Math.max(duoScaling ? x / w : x, LEAST_SCALE);
      most = Math.max(most, s[c]);
      least = Math.min(least, s[c]);
    }
    float norm = (float) Math.sqrt(most * least);
    for (int c = 0; c < s.length; c++) {
      float scale = s[c] / norm;
      s[c] = isDead(salience, c) || !Float.isFinite(scale) || scale == 0 ? 1f : scale;
    }
    return ChannelScales.of(s);
  }
}
