package halfstep.plant;

import halfstep.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/** Powers of two by which a tensor's rows and columns are multiplied. */
final class Rescaling {

  private final int @Nullable [] rows;
  private final int @Nullable [] cols;

  private Rescaling(int @Nullable [] rows, int @Nullable [] cols) {
    this.rows = rows;
    this.cols = cols;
  }

  static Rescaling ofRows(int... exponents) {
    return new Rescaling(exponents, null);
  }

  static Rescaling ofColumns(int... exponents) {
    return new Rescaling(null, exponents);
  }

  /** Both: an up layer's columns read the norm, its rows are read by down. */
  Rescaling and(Rescaling other) {
    return new Rescaling(rows != null ? rows : other.rows, cols != null ? cols : other.cols);
  }

  /**
   * Multiplies in place; exact unless a value leaves float32's normal range.
   *
   * @param matrix overwritten
   */
  void apply(Matrix matrix) {
    for (long row = 0; row < matrix.rows(); row++) {
      int byRow = rows == null ? 0 : rows[(int) row];
      for (long col = 0; col < matrix.cols(); col++) {
        int exponent = byRow + (cols == null ? 0 : cols[(int) col]);
        matrix.set(row, col, Math.scalb(matrix.get(row, col), exponent));
      }
    }
  }
}
