package halfstep.ls;

import halfstep.quant.Rounding;

/**
 * One round on one group: codes for fixed scale and zero, then scale and zero for fixed codes. Not
 * shared between threads: it keeps the group's codes and sums.
 */
final class GroupFit {

  private final int size;
  private final int maxCode;
  private final float[] codes;

  float scale;
  float zero;
  double error;

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
    error = 0;
    for (int i = 0; i < size; i++) {
      // q = clamp(round(w/s + z), 0, Q)
      codes[i] = Rounding.code(w[from + i] / s + z, maxCode);
      double r = w[from + i] - (codes[i] - z) * s;
      error += h[from + i] * r * r;
    }
  }

  /**
   * Moves {@link #scale} and {@link #zero} to the least-squares line w ≈ s·q − s·z through the
   * codes of the last rounding.
   *
   * @return false if the codes do not determine a line with positive slope; nothing moved then
   */
  boolean fit(float[] w, float[] h, int from) {
    double n = 0;
    double q = 0;
    double x = 0;
    for (int i = 0; i < size; i++) {
      n += h[from + i];
      q += h[from + i] * codes[i];
      x += h[from + i] * w[from + i];
    }
    double meanCode = q / n;
    double meanWeight = x / n;
    double variance = 0;
    double covariance = 0;
    for (int i = 0; i < size; i++) {
      double dq = codes[i] - meanCode;
      variance += h[from + i] * dq * dq;
      covariance += h[from + i] * dq * (w[from + i] - meanWeight);
    }
    // s = cov(q, w) / var(q)
    float slope = (float) (covariance / variance);
    if (!(slope > 0) || Float.isInfinite(slope)) {
      return false;
    }
    scale = slope;
    // z = mean q − mean w / s
    zero = (float) (meanCode - meanWeight / slope);
    return true;
  }
}
