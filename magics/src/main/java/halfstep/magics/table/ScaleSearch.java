package halfstep.magics.table;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import java.util.List;

/**
 * A finished search of one scale group.
 *
 * @param group its layers' names
 * @param steps every grid point, in order; not empty
 * @param identity the point without scaling: plain round to nearest
 */
public record ScaleSearch(String group, List<AwqStep> steps, AwqStep identity) {

  /** Takes a copy of the steps. */
  public ScaleSearch {
    steps = List.copyOf(steps);
  }

  /** The grid point with the smallest loss. */
  public AwqStep best() {
    return AwqScaleSearch.best(steps);
  }

  /** Loss beside that of plain rounding: below 1 the scales help. */
  public double relativeLoss(AwqStep step) {
    return step.outputMse() / identity.outputMse();
  }
}
