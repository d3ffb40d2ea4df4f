package halfstep.ls;

import halfstep.quant.Sums;
import java.util.Arrays;

/**
 * One round on one group: codes for fixed scale and zero, then scale and zero for fixed codes. Not
 * shared between threads: it keeps the group's codes and sums.
 */
final class GroupFit {

  private final int size;
  private final int maxCode;
  private final LeastSquaresKernel kernel;
  private final float[] codes;
  private final float[] ones;
  private final float[] lanes = new float[2 * LeastSquaresKernel.LANES];

  float scale;
  float zero;
  float error;

  GroupFit(int size, int maxCode, LeastSquaresKernel kernel) {
    this.size = size;
    this.maxCode = maxCode;
    this.kernel = kernel;
    this.codes = new float[size];
    this.ones = new float[size];
    Arrays.fill(ones, 1f);
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
    // q = clamp(round(w/s + z), 0, Q)
    kernel.round(w, h, from, size, 1f / s, z, s, maxCode, codes, lanes);
    error = Sums.folded(lanes, 0);
  }

  /**
   * Moves {@link #scale} and {@link #zero} to the least-squares line w ≈ s·q − s·z through the
   * codes of the last rounding.
   *
   * @return false if the codes do not determine a line with positive slope; nothing moved then
   */
  boolean fit(float[] w, float[] h, int from) {
    float n = weighted(h, from, ones, 0);
    float meanCode = weighted(h, from, codes, 0) / n;
    float meanWeight = weighted(h, from, w, from) / n;
    kernel.moments(w, h, from, size, codes, meanCode, meanWeight, lanes);
    float variance = Sums.folded(lanes, 0);
    float covariance = Sums.folded(lanes, LeastSquaresKernel.LANES);
    // s = cov(q, w) / var(q)
    float slope = covariance / variance;
    // an inverse that float32 cannot hold would leave no codes
    if (!(slope > 0) || Float.isInfinite(slope) || Float.isInfinite(1f / slope)) {
      return false;
    }
    scale = slope;
    // z = mean q − mean w / s
    zero = meanCode - meanWeight / slope;
    return true;
  }

  private float weighted(float[] h, int from, float[] v, int at) {
    kernel.weighted(h, from, v, at, size, lanes);
    return Sums.folded(lanes, 0);
  }
}
