package halfstep.awq;

import halfstep.quant.ChannelScales;
import halfstep.quant.Step;

/**
 * One point of AWQ's grid.
 *
 * @param index position in the grid, from 0; −1 for the point without scaling
 * @param ratio exponent of the salience, {@code index / gridSize}; α in the paper
 * @param scales one factor per input channel
 * @param losses squared change of the inspected output when the scaled weights are rounded, per
 *     calibration window
 */
public record AwqStep(int index, float ratio, ChannelScales scales, WindowLosses losses)
    implements Step {

  /** A point of which only the mean loss is known. */
  public AwqStep(int index, float ratio, ChannelScales scales, double outputMse) {
    this(index, ratio, scales, WindowLosses.of(outputMse));
  }

  /** Mean squared change of the inspected output over all windows. */
  public double outputMse() {
    return losses.mean();
  }
}
