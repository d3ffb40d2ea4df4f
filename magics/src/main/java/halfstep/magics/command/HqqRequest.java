package halfstep.magics.command;

import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code %hqq} does. */
public sealed interface HqqRequest extends Request {

  /** Something done to the walk of one HQQ solver. */
  sealed interface OnWalk extends HqqRequest {
    /** Number of the group whose grid is drawn. */
    OptionalInt showGroup();
  }

  /**
   * {@code %hqq start}: a new walk.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   */
  record Start(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      Hqq config,
      OptionalInt showGroup,
      Optional<String> as)
      implements OnWalk {}

  /**
   * {@code %hqq step}.
   *
   * @param to the iteration to stand at afterwards; the next one if empty
   */
  record Step(OptionalInt to, OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq back}.
   *
   * @param to the iteration to stand at afterwards; the one before if empty
   */
  record Back(OptionalInt to, OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq branch}.
   *
   * @param changes what differs from the walk's own parameters
   */
  record Branch(HqqChanges changes, OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /** {@code %hqq run}: to the end. */
  record Run(OptionalInt showGroup, Optional<String> as) implements OnWalk {}

  /**
   * {@code %hqq trace}.
   *
   * @param layers layers to solve and compare; the walk itself if empty
   */
  record Trace(List<String> layers, QuantSpec spec, Hqq config, Optional<String> as)
      implements HqqRequest {}

  /**
   * {@code %hqq compare}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   */
  record Compare(
      Optional<String> layer, Optional<String> weights, QuantSpec spec, Optional<String> as)
      implements HqqRequest {}

  /**
   * {@code %hqq sweep}.
   *
   * @param layer a layer's name, if the weights come from the model
   * @param weights a variable's name, if they come from there
   * @param configs every combination of parameters
   */
  record Sweep(
      Optional<String> layer,
      Optional<String> weights,
      QuantSpec spec,
      List<Hqq> configs,
      Optional<String> as)
      implements HqqRequest {}
}
