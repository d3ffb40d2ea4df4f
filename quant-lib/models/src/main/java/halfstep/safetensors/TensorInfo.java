package halfstep.safetensors;

import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A tensor as a header describes it.
 *
 * @param name its name in the checkpoint
 * @param dtype what its elements are
 * @param shape its sides, outermost first; empty for a scalar; a side may be 0
 */
public record TensorInfo(String name, DType dtype, List<Long> shape) {

  /** Takes a copy of the shape and refuses negative sides. */
  public TensorInfo {
    shape = List.copyOf(shape);
    for (long side : shape) {
      if (side < 0) {
        throw new ShapeException("tensor %s has a negative side in %s".formatted(name, shape));
      }
    }
  }

  /** A matrix of {@code rows × cols}. */
  public static TensorInfo matrix(String name, DType dtype, Shape shape) {
    return new TensorInfo(name, dtype, List.of(shape.rows(), shape.cols()));
  }

  /**
   * Number of elements.
   *
   * @throws ArithmeticException if they are more than a long can count
   */
  public long elements() {
    long product = 1;
    for (long side : shape) {
      product = Math.multiplyExact(product, side);
    }
    return product;
  }

  /**
   * Number of bytes in the file.
   *
   * @throws ArithmeticException if they are more than a long can count
   */
  public long bytes() {
    return Math.ceilDiv(Math.multiplyExact(elements(), dtype.bits()), Byte.SIZE);
  }

  /** Whether it has two sides, neither of them 0. */
  public boolean isMatrix() {
    return shape.size() == 2 && elements() > 0;
  }

  /** Whether it is a float matrix: what quantization looks for. */
  public boolean isFloatMatrix() {
    return isMatrix() && dtype.isFloat();
  }

  /**
   * The sides of a matrix; a vector of n becomes 1 × n.
   *
   * @throws ShapeException if there are more sides, or none
   */
  public Shape matrixShape() {
    return switch (shape.size()) {
      case 1 -> new Shape(1, shape.getFirst());
      case 2 -> new Shape(shape.getFirst(), shape.getLast());
      default ->
          throw new ShapeException(
              "tensor %s has %d sides (%s); a matrix has 2".formatted(name, shape.size(), sides()));
    };
  }

  private String sides() {
    return shape.stream().map(String::valueOf).collect(Collectors.joining(" × "));
  }

  @Override
  public String toString() {
    return "%s %s [%s]".formatted(name, dtype, sides());
  }
}
