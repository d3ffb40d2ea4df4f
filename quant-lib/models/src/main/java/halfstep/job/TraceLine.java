package halfstep.job;

/** A line of a job's trace: one step of an optimiser, small enough to keep. */
public sealed interface TraceLine {

  /**
   * An iteration of HQQ, numbered from 1 and seen as the library reports it.
   *
   * @param layer the layer's name
   * @param iteration number, from 1
   * @param beta weight of the quadratic coupling
   * @param meanAbsError mean of |w − ŵ| before this iteration's update
   * @param zeroShift mean of |z' − z|, in code units
   * @param codesChanged number of codes that this iteration changed
   * @param shrinkActive share of the weights, 0 to 1, whose residual survived the shrinkage
   */
  record Hqq(
      String layer,
      int iteration,
      float beta,
      double meanAbsError,
      double zeroShift,
      long codesChanged,
      double shrinkActive)
      implements TraceLine {}

  /**
   * A round of least squares, numbered from 1.
   *
   * @param layer the layer's name
   * @param round number, from 1
   * @param meanSquareError mean of the (weighted) squared error under the best of each group so far
   * @param groupsImproved number of groups whose best changed
   */
  record LeastSquares(String layer, int round, double meanSquareError, long groupsImproved)
      implements TraceLine {}

  /**
   * A column block of GPTQ.
   *
   * @param layer the layer's name
   * @param block number of the column block, from 0
   * @param loss Σ (w − ŵ)²/(2·U_jj²) over the block
   */
  record Gptq(String layer, int block, double loss) implements TraceLine {}

  /**
   * A grid point of AWQ.
   *
   * @param block number of the block
   * @param group names of the layers that share the scales, joined by {@code +}
   * @param ratio exponent of the salience; NaN for the point without scales
   * @param loss mean squared change of the inspected output
   * @param best whether this point was taken
   */
  record Awq(int block, String group, float ratio, double loss, boolean best)
      implements TraceLine {}
}
