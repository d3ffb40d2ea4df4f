package halfstep.ls;

import halfstep.quant.Rounding;
import halfstep.quant.Sums;
import java.util.Arrays;

/**
 * One round on one group: codes for fixed scale and zero, then scale and zero for fixed codes. Not
 * shared between threads: it keeps the group's codes and sums.
 */
final class GroupFit {

  private static final int LANES = Sums.LANES;

  private final int size;
  private final int maxCode;
  private final float[] codes;
  private final float[] lanes = new float[2 * LANES];

  float scale;
  float zero;
  float error;

  /** What {@link #line} found: a scale, and the zero that goes with it. */
  float slope;

  float offset;

  GroupFit(int size, int maxCode) {
    this.size = size;
    this.maxCode = maxCode;
    this.codes = new float[size];
  }

  /**
   * Rounds with {@code s} and {@code z} and measures; {@link #error} is Σ h·(w − ŵ)².
   *
   * @param w holds the group from {@code from} on; not modified
   * @param h importance of each weight, at the same place; not modified
   */
  void round(float[] w, float[] h, int from, float s, float z) {
    scale = s;
    zero = z;
    float inverse = 1f / s;
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int i = 0; i < size; i++) {
      // q = clamp(round(w/s + z), 0, Q)
      float q = Rounding.code(w[from + i] * inverse + z, maxCode);
      float r = w[from + i] - (q - z) * s;
      codes[i] = q;
      lanes[i % LANES] += h[from + i] * r * r;
    }
    error = Sums.folded(lanes, 0);
  }

  /**
   * Moves {@link #scale} and {@link #zero} to the least-squares line through the codes of the last
   * rounding.
   *
   * @return false if the codes do not determine a line with positive slope; nothing moved then
   */
  boolean fit(float[] w, float[] h, int from) {
    line(w, h, from);
    if (!isScale(slope)) {
      return false;
    }
    scale = slope;
    zero = offset;
    return true;
  }

  /** Whether a slope can be a scale: an inverse that float32 cannot hold would leave no codes. */
  static boolean isScale(float slope) {
    return slope > 0 && !Float.isInfinite(slope) && !Float.isInfinite(1f / slope);
  }

  /** The line w ≈ s·q − s·z of least squares through the codes of the last rounding. */
  void line(float[] w, float[] h, int from) {
    float n = Sums.sum(h, from, size);
    float meanCode = weighted(h, from, codes, 0) / n;
    float meanWeight = weighted(h, from, w, from) / n;
    Arrays.fill(lanes, 0f);
    for (int i = 0; i < size; i++) {
      float q = codes[i] - meanCode;
      float weighted = h[from + i] * q;
      lanes[i % LANES] += weighted * q;
      lanes[LANES + i % LANES] += weighted * (w[from + i] - meanWeight);
    }
    // s = cov(q, w) / var(q)
    slope = Sums.folded(lanes, LANES) / Sums.folded(lanes, 0);
    // z = mean q − mean w / s
    offset = meanCode - meanWeight / slope;
  }

  private float weighted(float[] h, int from, float[] v, int at) {
    return weighted(h, from, v, at, size, lanes);
  }

  /** Σ h·v over a group, in the order of all sums; {@code lanes} is overwritten. */
  static float weighted(float[] h, int from, float[] v, int at, int size, float[] lanes) {
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int i = 0; i < size; i++) {
      lanes[i % LANES] += h[from + i] * v[at + i];
    }
    return Sums.folded(lanes, 0);
  }
}
