package halfstep.ls;

import halfstep.quant.GroupParams;
import halfstep.quant.Step;

/**
 * A state of the solver.
 *
 * @param index rounds of rounding and fitting, 0 at the start
 * @param current scales and zeros that the next round starts from
 * @param best for each group the scale and zero of least error so far
 * @param meanSquareError mean of the (weighted) squared error under {@code best}, over the matrix
 * @param groupsImproved number of groups whose best changed in this round
 */
public record LeastSquaresStep(
    int index, GroupParams current, GroupParams best, double meanSquareError, long groupsImproved)
    implements Step {}
