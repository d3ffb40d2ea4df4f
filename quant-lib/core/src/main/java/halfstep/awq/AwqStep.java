package halfstep.awq;

import halfstep.quant.ChannelScales;
import halfstep.quant.Step;

/**
 * One point of AWQ's grid.
 *
 * @param index position in the grid, from 0
 * @param ratio exponent of the salience, {@code index / gridSize}; α in the paper
 * @param scales one factor per input channel
 * @param outputMse mean squared change of the inspected output when the scaled weights are rounded
 */
public record AwqStep(int index, float ratio, ChannelScales scales, double outputMse)
    implements Step {}
