package halfstep.lab.lora;

import halfstep.tensor.Matrix;

/** Matrix arithmetic of the backward pass that a forward pass never needs. */
final class Dense {

  private static final int TILE = 32;

  private Dense() {}

  /** A new matrix, {@code cols × rows}. */
  static Matrix transposed(Matrix x) {
    int rows = Math.toIntExact(x.rows());
    int cols = Math.toIntExact(x.cols());
    Matrix result = Matrix.zeros(cols, rows);
    float[] lines = new float[TILE * cols];
    float[] column = new float[TILE];
    for (int from = 0; from < rows; from += TILE) {
      int count = Math.min(TILE, rows - from);
      x.read((long) from * cols, lines, 0, count * cols);
      for (int c = 0; c < cols; c++) {
        for (int r = 0; r < count; r++) {
          column[r] = lines[r * cols + c];
        }
        result.write((long) c * rows + from, column, 0, count);
      }
    }
    return result;
  }

  /** {@code x ← x + factor · y}; only {@code x} is modified. */
  static void add(Matrix x, Matrix y, float factor) {
    x.requireShape(y.shape(), "what is added");
    float[] a = new float[Math.toIntExact(x.cols())];
    float[] b = new float[a.length];
    for (long r = 0; r < x.rows(); r++) {
      x.read(r * a.length, a, 0, a.length);
      y.read(r * b.length, b, 0, b.length);
      for (int c = 0; c < a.length; c++) {
        a[c] += factor * b[c];
      }
      x.write(r * a.length, a, 0, a.length);
    }
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
