package halfstep.llm;

import halfstep.tensor.Elements;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/** Row-wise arithmetic of a block, in float32. */
final class Rows {

  /** Elements below which handing rows to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 15;

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
    each(
        x,
        (from, to) -> {
          float[] row = new float[gain.length];
          for (long r = from; r < to; r++) {
            x.read(r * row.length, row, 0, row.length);
            float inverse = (float) (1 / Math.sqrt(squares(row) / row.length + epsilon));
            for (int c = 0; c < row.length; c++) {
              row[c] = gain[c] * (row[c] * inverse);
            }
            result.write(r * row.length, row, 0, row.length);
          }
        });
    return result;
  }

  /** Σx² in four chains of double: one alone would wait for each of its additions. */
  private static double squares(float[] x) {
    double a = 0;
    double b = 0;
    double c = 0;
    double d = 0;
    int i = 0;
    for (; i + 4 <= x.length; i += 4) {
      a += x[i] * x[i];
      b += x[i + 1] * x[i + 1];
      c += x[i + 2] * x[i + 2];
      d += x[i + 3] * x[i + 3];
    }
    for (; i < x.length; i++) {
      a += x[i] * x[i];
    }
    return (a + c) + (b + d);
  }

  /** {@code x ← x + y}; only {@code x} is modified. */
  static void add(Matrix x, Matrix y) {
    each(
        x,
        (from, to) -> {
          float[] a = new float[Math.toIntExact(x.cols())];
          float[] b = new float[a.length];
          for (long r = from; r < to; r++) {
            x.read(r * a.length, a, 0, a.length);
            y.read(r * b.length, b, 0, b.length);
            for (int c = 0; c < a.length; c++) {
              a[c] += b[c];
            }
            x.write(r * a.length, a, 0, a.length);
          }
        });
  }

  /** SwiGLU: {@code gate ← silu(gate) · up}; only {@code gate} is modified. */
  static void swiGlu(Matrix gate, Matrix up) {
    each(
        gate,
        (from, to) -> {
          float[] g = new float[Math.toIntExact(gate.cols())];
          float[] u = new float[g.length];
          for (long r = from; r < to; r++) {
            gate.read(r * g.length, g, 0, g.length);
            up.read(r * u.length, u, 0, u.length);
            Elements.swiGlu(g, u);
            gate.write(r * g.length, g, 0, g.length);
          }
        });
  }

  /** {@code x ← x + 1·bias}; only {@code x} is modified. */
  static void addBias(Matrix x, Matrix bias) {
    float[] b = bias.row(0);
    each(
        x,
        (from, to) -> {
          float[] a = new float[b.length];
          for (long r = from; r < to; r++) {
            x.read(r * a.length, a, 0, a.length);
            for (int c = 0; c < a.length; c++) {
              a[c] += b[c];
            }
            x.write(r * a.length, a, 0, a.length);
          }
        });
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
      x.read((long) rows[r] * a.length, a, 0, a.length);
      y.read((long) r * b.length, b, 0, b.length);
      for (int c = 0; c < a.length; c++) {
        a[c] += b[c] * shares[r];
      }
      x.write((long) rows[r] * a.length, a, 0, a.length);
    }
  }

  /** Rows from one number (included) to another (excluded). */
  @FunctionalInterface
  interface Stripe {
    void run(long from, long to);
  }

  private static void each(Matrix m, Stripe stripe) {
    each(m.rows(), m.cols(), stripe);
  }

  /**
   * Runs over things side by side, so many at a time that it is worth another core's while.
   *
   * @param count rows, or windows of rows
   * @param elements of each
   */
  static void each(long count, long elements, Stripe stripe) {
    long atOnce = Math.max(1, LEAST_WORK / Math.max(1, elements));
    Parallel.blocks(
        Math.ceilDiv(count, atOnce),
        "the forward pass",
        block -> stripe.run(block * atOnce, Math.min(count, (block + 1) * atOnce)));
  }
}
