package halfstep.magics.command;

import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What {@code %awq} does. */
public sealed interface AwqRequest extends Request {

  /**
   * {@code %awq salience}.
   *
   * @param target a layer or a block
   */
  record Salience(String target, Calibration calibration, Optional<String> as)
      implements AwqRequest {}

  /**
   * {@code %awq search}.
   *
   * @param block a block's number or name
   * @param spec integer zeros
   * @param resamples how often calibration windows are drawn anew to see how sure the choice is
   */
  record Search(
      String block,
      QuantSpec spec,
      Awq config,
      Calibration calibration,
      OptionalInt resamples,
      Optional<String> as)
      implements AwqRequest {}

  /**
   * {@code %awq protect}.
   *
   * @param spec integer zeros
   * @param keep share of the channels that stay in full precision
   * @param draws how often channels are drawn by chance
   */
  record Protect(
      String layer,
      QuantSpec spec,
      double keep,
      int draws,
      Calibration calibration,
      Optional<String> as)
      implements AwqRequest {}

  /**
   * {@code %awq compare}.
   *
   * @param other files of the other text
   * @param top share of the channels that counts as strongest
   */
  record Compare(
      String layer, Calibration calibration, List<String> other, double top, Optional<String> as)
      implements AwqRequest {}

  /**
   * {@code %awq clip}.
   *
   * @param spec integer zeros
   */
  record Clip(String layer, QuantSpec spec, Calibration calibration, Optional<String> as)
      implements AwqRequest {}
}
