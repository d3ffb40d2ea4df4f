package halfstep.metric;

import halfstep.backend.Backends;
import halfstep.metric.RowPairs.Rows;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;

/**
 * How far the weights that two matrices of codes stand for are apart at most, as where codes come
 * back from a file whose scales are rounded.
 *
 * @param difference the largest |ŵ − ŵ'|
 * @param weight the largest |ŵ|
 */
public record LargestError(float difference, float weight) {

  private static final ErrorKernel KERNEL = Backends.kernel(ErrorKernel.class, ScalarErrors::new);

  /**
   * Compares two matrices, some rows at a time; where groups go across rows, they are dequantized
   * for it.
   *
   * @param before not modified
   * @param after same shape; not modified
   * @throws ShapeException if the shapes differ
   */
  public static LargestError between(QuantizedMatrix before, QuantizedMatrix after) {
    requireSame(before.shape(), after.shape());
    if (!before.rowsStandAlone() || !after.rowsStandAlone()) {
      return between(before.dequantized(), after.dequantized());
    }
    return between(before.shape(), before::readRow, after::readRow);
  }

  /**
   * Compares two matrices.
   *
   * @param before not modified
   * @param after same shape; not modified
   * @throws ShapeException if the shapes differ
   */
  public static LargestError between(Matrix before, Matrix after) {
    requireSame(before.shape(), after.shape());
    return between(before.shape(), Rows.of(before), Rows.of(after));
  }

  private static void requireSame(Shape before, Shape after) {
    if (!before.equals(after)) {
      throw new ShapeException(
          "weights of %s cannot be compared with weights of %s; the shapes must agree"
              .formatted(before, after));
    }
  }

  private static LargestError between(Shape shape, Rows before, Rows after) {
    float[] most = new float[2];
    RowPairs.gather(
            shape,
            before,
            after,
            "comparing",
            () -> new float[2],
            (block, one, other) -> KERNEL.largest(one, other, block))
        .forEach(block -> {
          most[0] = Math.max(most[0], block[0]);
          most[1] = Math.max(most[1], block[1]);
        });
    return new LargestError(most[0], most[1]);
  }

  /** The difference over the weight; 0 where there is none. */
  public double relative() {
    return weight == 0 ? difference : (double) difference / weight;
  }
}
