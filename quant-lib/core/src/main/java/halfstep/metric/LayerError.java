package halfstep.metric;

import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.OptionalDouble;

/**
 * One row of every error table: what quantizing one layer cost.
 *
 * @param layer the layer's name in the checkpoint
 * @param shape of its weight, {@code out × in}
 * @param method how it was quantized
 * @param spec into what
 * @param bitsPerWeight with scales, zeros and padding counted
 * @param weights error of the weights themselves
 * @param outputError ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ on recorded inputs, if there were any
 */
public record LayerError(
    String layer,
    Shape shape,
    QuantMethod method,
    QuantSpec spec,
    double bitsPerWeight,
    ErrorMetrics weights,
    OptionalDouble outputError) {

  /**
   * Mean bits per weight of several layers: over weights, not layers, for layers differ in size.
   *
   * @return NaN of no layers
   */
  public static double bitsPerWeight(List<LayerError> layers) {
    double bits = 0;
    double weights = 0;
    for (LayerError layer : layers) {
      bits += layer.bitsPerWeight() * layer.shape().size();
      weights += layer.shape().size();
    }
    return bits / weights;
  }
}
