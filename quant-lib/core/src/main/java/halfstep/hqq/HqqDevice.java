package halfstep.hqq;

import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** {@link HqqDirect} on a device: all half-steps of all groups of a matrix in one call. */
public interface HqqDevice {

  /**
   * Solves every group. All sums are taken in the order of {@link halfstep.quant.Sums}, so codes
   * and zeros are those of {@link HqqDirect}.
   *
   * @param w finite weights, {@code out × in}; not modified
   * @param spec float zeros
   * @param plan the half-steps
   * @return empty if the device cannot take this matrix; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  Optional<HqqPass> solve(Matrix w, QuantSpec spec, HqqPlan plan);
}
