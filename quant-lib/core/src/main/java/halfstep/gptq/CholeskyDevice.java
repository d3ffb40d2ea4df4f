package halfstep.gptq;

import halfstep.tensor.Matrix;
import java.util.Optional;
import java.util.OptionalInt;

/** The Cholesky factor and its inverse on a device: {@code A = L·Lᵀ}, then {@code L⁻¹}. */
public interface CholeskyDevice {

  /**
   * Inverts a matrix's factor. All sums are taken in the order and the precision of the processor,
   * so the result is the same, bit for bit.
   *
   * @param a symmetric, {@code n × n}; overwritten by {@code L⁻¹}, lower triangular, if it
   *     succeeds; else left alone
   * @return empty if the device cannot take this matrix; it has then {@linkplain
   *     halfstep.backend.Devices#say said} why
   */
  Optional<Outcome> invert(Matrix a);

  /**
   * How it went.
   *
   * @param failed nothing if it succeeded, else the first column whose pivot is not positive
   */
  record Outcome(OptionalInt failed) {}
}
