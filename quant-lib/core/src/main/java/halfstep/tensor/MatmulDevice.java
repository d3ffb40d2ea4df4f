package halfstep.tensor;

import java.util.Optional;

/** Large products of {@link Matmul} on a device. */
public interface MatmulDevice {

  /**
   * Whether a product is worth the operands' way there and its own way back.
   *
   * @param x inputs, {@code tokens × in}
   * @param w weights, {@code out × in}
   */
  boolean pays(Shape x, Shape w);

  /**
   * {@code X · Wᵀ}, each element the sum that {@link Matmul} takes, in its order: the processor's
   * product, bit for bit.
   *
   * @param x {@code tokens × in}; not modified
   * @param w {@code out × in}; not modified
   * @return a new matrix, {@code tokens × out}; empty if the device cannot take them, and has then
   *     {@linkplain halfstep.backend.Devices#say said} why
   */
  Optional<Matrix> timesTransposed(Matrix x, Matrix w);
}
