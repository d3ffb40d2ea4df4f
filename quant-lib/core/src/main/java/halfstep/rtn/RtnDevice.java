package halfstep.rtn;

import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** {@link RoundToNearest} on a device, under the rule that the specification's zeros imply. */
public interface RtnDevice {

  /**
   * Rounds every group; codes, scales and zeros are those of {@link RoundToNearest}.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @return empty if the device cannot take this matrix; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  Optional<QuantizedMatrix> round(Matrix w, QuantSpec spec);
}
