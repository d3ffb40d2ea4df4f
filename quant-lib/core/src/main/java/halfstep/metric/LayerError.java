package halfstep.metric;

import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import java.util.OptionalDouble;

/**
 * One row of every error table: what quantizing one layer cost.
 *
 * @param layer the layer's name in the checkpoint
 * @param method how it was quantized
 * @param spec into what
 * @param bitsPerWeight with scales, zeros and padding counted
 * @param weights error of the weights themselves
 * @param outputError ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ on recorded inputs, if there were any
 */
public record LayerError(
    String layer,
    QuantMethod method,
    QuantSpec spec,
    double bitsPerWeight,
    ErrorMetrics weights,
    OptionalDouble outputError) {}
