package halfstep.hqq;

import halfstep.quant.GroupParams;
import halfstep.quant.Step;

/**
 * A state of the solver: the zeros after {@code index} half-steps and what the last one did.
 *
 * <p>The library prints at iteration {@code i} the error that it saw <em>before</em> that
 * iteration's update; that is {@code meanAbsError} of step {@code i − 1} here.
 *
 * <p>Three norms meet here: the objective is l_p, the move of the zeros minimises l_2, and the walk
 * stops by l_1. Each may rise while another falls.
 *
 * @param index half-steps taken; 0 is the start, rounding to nearest
 * @param beta weight of the quadratic coupling in the step that led here; where it follows each
 *     group's scale, that of a group whose scale is the mean
 * @param params scales, which never change, and this state's zeros
 * @param meanAbsError mean of |w − ŵ| over the whole matrix in this state
 * @param meanSquareError mean of (w − ŵ)², the l_2 objective
 * @param meanLpError mean of |w − ŵ|ᵖ with the configuration's p, the l_p objective
 * @param zeroShift mean of |z − z'| over all groups, in code units; 0 at the start
 * @param codesChanged number of codes that differ from the step before; 0 at the start
 * @param shrinkActive share of the weights, 0 to 1, whose residual survived the shrinkage
 */
public record HqqStep(
    int index,
    float beta,
    GroupParams params,
    double meanAbsError,
    double meanSquareError,
    double meanLpError,
    double zeroShift,
    long codesChanged,
    double shrinkActive)
    implements Step {}
