package halfstep.quant;

/**
 * A researcher's own way to quantize one group, as a lambda:
 *
 * <pre>
 * GroupSolver middle = (group, spec) -&gt; {
 *   AffineGrid grid = AffineGrid.of(group, 0, group.length, spec);
 *   return GroupSolution.rounded(group, 0.9f * grid.scale(), grid.zero(), spec);
 * };
 * </pre>
 */
@FunctionalInterface
public interface GroupSolver {

  /**
   * Quantizes one group. Called from several threads at once, each group once, in no order.
   *
   * @param group the group's weights, finite; a copy, so the solver may change it
   * @param spec what is asked for: the number of codes, and whether zeros must be codes
   */
  GroupSolution solve(float[] group, QuantSpec spec);
}
