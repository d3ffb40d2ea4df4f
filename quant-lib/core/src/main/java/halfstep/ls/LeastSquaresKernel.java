package halfstep.ls;

import halfstep.quant.Sums;

/**
 * The inner loops of least squares on one group. All sums are taken in the lanes of {@link
 * halfstep.quant.Sums}, so all twins give the same bits.
 */
public interface LeastSquaresKernel {

  /** Lanes of a sum. */
  int LANES = Sums.LANES;

  /**
   * Rounds and measures.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param h importance of each weight, at the same place; not modified
   * @param inverse 1/s
   * @param zero z, in code units
   * @param scale s
   * @param codes the group from 0 on; overwritten by {@code q = clamp(round(w/s + z))}
   * @param lanes overwritten from 0 on: 16 lanes of Σ h·(w − ŵ)² with {@code ŵ = (q − z)·s}
   */
  void round(
      float[] w,
      float[] h,
      int from,
      int size,
      float inverse,
      float zero,
      float scale,
      int maxCode,
      float[] codes,
      float[] lanes);

  /**
   * A weighted sum.
   *
   * @param h holds the group's importance from {@code from} on; not modified
   * @param v the group from {@code at} on; not modified
   * @param lanes overwritten from 0 on: 16 lanes of Σ h·v
   */
  void weighted(float[] h, int from, float[] v, int at, int size, float[] lanes);

  /**
   * Weighted second moments around means.
   *
   * @param codes the group from 0 on; not modified
   * @param lanes overwritten: 16 lanes of Σ h·(q − q̄)², then 16 lanes of Σ h·(q − q̄)·(w − w̄)
   */
  void moments(
      float[] w,
      float[] h,
      int from,
      int size,
      float[] codes,
      float meanCode,
      float meanWeight,
      float[] lanes);
}
