package halfstep.awq;

import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/** Losses of scales on a device, of a layer that is judged by its own output. */
public interface LossDevice {

  /**
   * Mean squared change of a layer's output when its weights are rounded under each of some scales:
   * {@code mean (X·(W − RTN(W·s)/s)ᵀ)²}.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @param spec groups along axis 1 whose zeros are codes, or the middle code
   * @param inputs finite, {@code tokens × in}; not modified
   * @param scales what to try
   * @return one loss each, over all tokens and outputs, within 10⁻³ of the processor's; empty if
   *     the device cannot take them, and has then {@linkplain halfstep.backend.Devices#say said}
   *     why
   */
  Optional<double[]> losses(Matrix w, QuantSpec spec, Matrix inputs, List<ChannelScales> scales);
}
