package halfstep.awq;

import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/** Clip limits tried on a device, with the processor's limits and errors, bit for bit. */
public interface ClipDevice {

  /**
   * All limits of a grid on every group.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @param spec groups along axis 1 whose zeros are codes, or the middle code
   * @param grams XᵀX / tokens of the channels of each group of a row, {@code in/g} times {@code g ×
   *     g}, symmetric; not modified
   * @param grid which limits
   * @return a step per limit, in order; empty if the device cannot take them, and has then
   *     {@linkplain halfstep.backend.Devices#say said} why
   */
  Optional<List<ClipStep>> steps(Matrix w, QuantSpec spec, List<Matrix> grams, ClipGrid grid);
}
