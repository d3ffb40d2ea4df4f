package halfstep.magics.table;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.awq.Salience;
import java.util.List;
import java.util.Optional;

/**
 * A finished search of one scale group.
 *
 * @param group its layers' names
 * @param steps every grid point, in order; not empty
 * @param identity the point without scaling: plain round to nearest
 * @param salience of the group's input, if it is known
 * @param bootstrap how sure the choice is, if that was asked for
 * @param remarks what a reader should know, one sentence each: dead channels, a lost search
 */
public record ScaleSearch(
    String group,
    List<AwqStep> steps,
    AwqStep identity,
    Optional<Salience> salience,
    Optional<AwqBootstrap> bootstrap,
    List<String> remarks) {

  /** Takes copies of the lists. */
  public ScaleSearch {
    steps = List.copyOf(steps);
    remarks = List.copyOf(remarks);
  }

  /** A search of which nothing else is known. */
  public ScaleSearch(String group, List<AwqStep> steps, AwqStep identity) {
    this(group, steps, identity, Optional.empty(), Optional.empty(), List.of());
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
