package halfstep.hqq;

/**
 * The inner loops of {@link HqqDirect} on one group. All sums are taken in the order of {@link
 * halfstep.quant.Sums}, so all twins give the same bits.
 */
public interface HqqKernel {

  /** Lanes of a sum; {@link #recentre} fills twice as many. */
  int LANES = 16;

  /**
   * Smallest and largest weight.
   *
   * @param w holds the group; not modified
   * @param ends overwritten: the smallest, then the largest
   */
  void range(float[] w, int from, int size, float[] ends);

  /**
   * Looks at a group in one state.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param scaled w · t, the group from 0 on; not modified
   * @param zero z of the state, in code units
   * @param scale s, the step between neighbouring codes
   * @param lanes overwritten: 16 lanes of Σ (q − w·t), then 16 lanes of Σ |w − ŵ|, with {@code q =
   *     clamp(round(w·t + z))} and {@code ŵ = (q − z)·s}
   * @return the largest |w − ŵ|
   */
  float recentre(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float scale,
      int maxCode,
      float[] lanes);

  /**
   * The zero's numerator where residuals leave the shrinkage's dead zone.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param scaled w · t, the group from 0 on; not modified
   * @param zero z of the state, in code units
   * @param inverse t, the group's inverse scale
   * @param shrink S
   * @param lanes overwritten from 0 on: 16 lanes of Σ (q − (w − e)·t), with {@code e = S(w − (q −
   *     z)/t)}
   */
  void shrunk(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float inverse,
      int maxCode,
      ShrinkLp shrink,
      float[] lanes);

  /**
   * The codes of a group in one state.
   *
   * @param scaled w · t, the group from 0 on; not modified
   * @param codes overwritten
   */
  void codes(float[] scaled, int size, float zero, int maxCode, int[] codes);
}
