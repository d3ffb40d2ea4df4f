package halfstep.llm;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/** Row-wise arithmetic of a block, in float32. */
final class Rows {

  private static final int CHECK_EVERY = 64;

  private Rows() {}

  /**
   * RMSNorm: {@code x / √(mean(x²) + ε) · weight}.
   *
   * @param x {@code tokens × hidden}; not modified
   * @param weight {@code 1 × hidden}
   * @return a new matrix
   */
  static Matrix rmsNorm(Matrix x, Matrix weight, float epsilon) {
    float[] gain = weight.row(0);
    Matrix result = Matrix.zeros(x.rows(), x.cols());
    float[] row = new float[gain.length];
    for (long r = 0; r < x.rows(); r++) {
      checkNow(r);
      x.read(r * row.length, row, 0, row.length);
      double square = 0;
      for (float value : row) {
        square += value * value;
      }
      float inverse = (float) (1 / Math.sqrt(square / row.length + epsilon));
      for (int c = 0; c < row.length; c++) {
        row[c] = gain[c] * (row[c] * inverse);
      }
      result.write(r * row.length, row, 0, row.length);
    }
    return result;
  }

  /** {@code x ← x + y}; only {@code x} is modified. */
  static void add(Matrix x, Matrix y) {
    float[] a = new float[Math.toIntExact(x.cols())];
    float[] b = new float[a.length];
    for (long r = 0; r < x.rows(); r++) {
      checkNow(r);
      x.read(r * a.length, a, 0, a.length);
      y.read(r * b.length, b, 0, b.length);
      for (int c = 0; c < a.length; c++) {
        a[c] += b[c];
      }
      x.write(r * a.length, a, 0, a.length);
    }
  }

  /** SwiGLU: {@code gate ← silu(gate) · up}; only {@code gate} is modified. */
  static void swiGlu(Matrix gate, Matrix up) {
    float[] g = new float[Math.toIntExact(gate.cols())];
    float[] u = new float[g.length];
    for (long r = 0; r < gate.rows(); r++) {
      checkNow(r);
      gate.read(r * g.length, g, 0, g.length);
      up.read(r * u.length, u, 0, u.length);
      for (int c = 0; c < g.length; c++) {
        g[c] = g[c] / (1 + (float) Math.exp(-g[c])) * u[c];
      }
      gate.write(r * g.length, g, 0, g.length);
    }
  }

  /** {@code x ← x + 1·bias}; only {@code x} is modified. */
  static void addBias(Matrix x, Matrix bias) {
    float[] b = bias.row(0);
    float[] a = new float[b.length];
    for (long r = 0; r < x.rows(); r++) {
      checkNow(r);
      x.read(r * a.length, a, 0, a.length);
      for (int c = 0; c < a.length; c++) {
        a[c] += b[c];
      }
      x.write(r * a.length, a, 0, a.length);
    }
  }

  /** A new matrix of some rows of {@code x}, in the order given. */
  static Matrix gather(Matrix x, int[] rows) {
    Matrix result = Matrix.zeros(rows.length, x.cols());
    float[] row = new float[Math.toIntExact(x.cols())];
    for (int r = 0; r < rows.length; r++) {
      x.read((long) rows[r] * row.length, row, 0, row.length);
      result.write((long) r * row.length, row, 0, row.length);
    }
    return result;
  }

  /** Row {@code rows[r]} of {@code x} gets {@code shares[r]} times row {@code r} of {@code y}. */
  static void addScaled(Matrix x, int[] rows, Matrix y, float[] shares) {
    float[] a = new float[Math.toIntExact(x.cols())];
    float[] b = new float[a.length];
    for (int r = 0; r < rows.length; r++) {
      checkNow(r);
      x.read((long) rows[r] * a.length, a, 0, a.length);
      y.read((long) r * b.length, b, 0, b.length);
      for (int c = 0; c < a.length; c++) {
        a[c] += b[c] * shares[r];
      }
      x.write((long) rows[r] * a.length, a, 0, a.length);
    }
  }

  private static void checkNow(long row) {
    if (row % CHECK_EVERY == 0) {
      Parallel.checkInterrupt("the forward pass");
    }
  }
}
