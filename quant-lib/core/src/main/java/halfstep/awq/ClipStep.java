package halfstep.awq;

import halfstep.quant.Step;
import halfstep.tensor.Matrix;

/**
 * One limit tried on every group.
 *
 * @param index position in the grid, from 0; 0 leaves all weights as they are
 * @param factor the limit as a share of each group's largest magnitude
 * @param limits largest magnitude allowed, {@code out × in/g}, group by group; shared, not to be
 *     modified
 * @param errors mean over tokens of the squared change of the group's part of its output, same
 *     shape; shared, not to be modified
 */
public record ClipStep(int index, float factor, Matrix limits, Matrix errors) implements Step {

  /** Refuses shapes that differ. */
  public ClipStep {
    errors.requireShape(limits.shape(), "the limits' matrix");
  }

  /** Mean error over all groups. */
  public double meanError() {
    return Clipping.mean(errors);
  }
}
