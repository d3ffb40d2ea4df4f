package halfstep.ls;

import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** {@link LeastSquaresDirect} on a device: all rounds of all groups of a matrix in one call. */
public interface LeastSquaresDevice {

  /**
   * Solves every group; codes, scales and zeros are those of {@link LeastSquaresDirect}.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @param spec float zeros
   * @param rounds per start, at least 1
   * @param importance one per input channel; empty if every weight counts the same
   * @return empty if the device cannot take this matrix; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  Optional<QuantizedMatrix> solve(Matrix w, QuantSpec spec, int rounds, float[] importance);
}
