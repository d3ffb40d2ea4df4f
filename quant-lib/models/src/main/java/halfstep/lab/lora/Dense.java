package halfstep.lab.lora;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;

/** Matrix arithmetic of the backward pass that a forward pass never needs. */
final class Dense {

  private static final int TILE = 32;

  /** Elements that are worth another core's while. */
  private static final long LEAST = 1 << 14;

  private Dense() {}

  /** Work on some rows; rows do not depend on each other. */
  @FunctionalInterface
  interface Work {
    /**
     * @param from first row
     * @param to behind the last
     */
    void run(int from, int to);
  }

  /** Does the work on all rows of matrices of this shape, in stretches of some rows. */
  static void rows(Shape shape, Work work) {
    int rows = Math.toIntExact(shape.rows());
    int stretch = (int) Math.clamp(LEAST / Math.max(1, shape.cols()), TILE, 1 << 16);
    Parallel.blocks(
        Math.ceilDiv(rows, stretch),
        "training",
        block -> {
          int from = (int) block * stretch;
          work.run(from, Math.min(rows, from + stretch));
        });
  }

  /** A new matrix, {@code cols × rows}. */
  static Matrix transposed(Matrix x) {
    Matrix result = Matrix.zeros(x.cols(), x.rows());
    rows(
        x.shape(),
        (first, end) -> {
          for (int from = first; from < end; from += TILE) {
            transpose(x, from, Math.min(TILE, end - from), result);
          }
        });
    return result;
  }

  private static void transpose(Matrix x, int from, int count, Matrix result) {
    int cols = Math.toIntExact(x.cols());
    float[] lines = new float[count * cols];
    float[] column = new float[count];
    x.read((long) from * cols, lines, 0, lines.length);
    for (int c = 0; c < cols; c++) {
      for (int r = 0; r < count; r++) {
        column[r] = lines[r * cols + c];
      }
      result.write(c * result.cols() + from, column, 0, count);
    }
  }

  /** {@code x ← x + factor · y}; only {@code x} is modified. */
  static void add(Matrix x, Matrix y, float factor) {
    x.requireShape(y.shape(), "what is added");
    int cols = Math.toIntExact(x.cols());
    rows(
        x.shape(),
        (from, to) -> {
          float[] a = new float[cols];
          float[] b = new float[cols];
          for (long r = from; r < to; r++) {
            x.read(r * cols, a, 0, cols);
            y.read(r * cols, b, 0, cols);
            for (int c = 0; c < cols; c++) {
              a[c] += factor * b[c];
            }
            x.write(r * cols, a, 0, cols);
          }
        });
  }

  /** A new matrix, {@code x + y}. */
  static Matrix sum(Matrix x, Matrix y) {
    Matrix result = x.copy();
    add(result, y, 1);
    return result;
  }

  /** Σ x², in double, row by row in order. */
  static double square(Matrix x) {
    float[] row = new float[Math.toIntExact(x.cols())];
    double sum = 0;
    for (long r = 0; r < x.rows(); r++) {
      x.read(r * row.length, row, 0, row.length);
      for (float value : row) {
        sum += (double) value * value;
      }
    }
    return sum;
  }
}
