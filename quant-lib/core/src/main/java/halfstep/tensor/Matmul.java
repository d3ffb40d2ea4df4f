package halfstep.tensor;

import java.util.Arrays;

/**
 * {@code Y = X · Wᵀ}, the product of every linear layer, in plain blocked loops.
 *
 * <p>A panel of {@code W} is transposed into rows of {@value #PANEL} outputs, so that the inner
 * loop runs over separate arrays with one index: the form that the JIT turns into vector
 * instructions. Four columns of {@code X} are taken at once, so each output is loaded and stored
 * once for four multiplications.
 */
public final class Matmul {

  private static final int PANEL = 128;
  private static final int DEPTH = 256;
  private static final int ROWS = 32;

  private Matmul() {}

  /**
   * The outputs of a linear layer without bias.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @return a new matrix, {@code tokens × out}; each element is one float32 sum in a fixed order
   * @throws ShapeException if the inner sides differ
   */
  public static Matrix timesTransposed(Matrix x, Matrix w) {
    if (x.cols() != w.cols()) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), w.shape()));
    }
    Matrix y = Matrix.zeros(x.rows(), w.rows());
    long panels = (w.rows() + PANEL - 1) / PANEL;
    Parallel.blocks(panels, "a matrix product", panel -> panel(x, w, y, panel * PANEL));
    return y;
  }

  /** Outputs {@code first} to {@code first + PANEL} of all tokens. */
  private static void panel(Matrix x, Matrix w, Matrix y, long first) {
    int outputs = (int) Math.min(PANEL, w.rows() - first);
    int in = Math.toIntExact(x.cols());
    float[][] packed = pack(w, first, outputs, in);
    float[][] inputs = new float[ROWS][in];
    float[][] sums = new float[ROWS][outputs];
    for (long row = 0; row < x.rows(); row += ROWS) {
      Parallel.checkInterrupt("a matrix product");
      int rows = (int) Math.min(ROWS, x.rows() - row);
      for (int r = 0; r < rows; r++) {
        x.read((row + r) * in, inputs[r], 0, in);
        Arrays.fill(sums[r], 0f);
      }
      for (int depth = 0; depth < in; depth += DEPTH) {
        multiply(inputs, packed, sums, rows, depth, Math.min(in, depth + DEPTH));
      }
      for (int r = 0; r < rows; r++) {
        y.write((row + r) * y.cols() + first, sums[r], 0, outputs);
      }
    }
  }

  /** Rows {@code first …} of {@code w}, transposed: {@code in × outputs}. */
  private static float[][] pack(Matrix w, long first, int outputs, int in) {
    float[][] packed = new float[in][outputs];
    float[] row = new float[in];
    for (int o = 0; o < outputs; o++) {
      w.read((first + o) * in, row, 0, in);
      for (int k = 0; k < in; k++) {
        packed[k][o] = row[k];
      }
    }
    return packed;
  }

  private static void multiply(
      float[][] inputs, float[][] packed, float[][] sums, int rows, int from, int to) {
    int k = from;
    for (; k + 4 <= to; k += 4) {
      for (int r = 0; r < rows; r++) {
        float[] x = inputs[r];
        addFour(
            sums[r],
            packed[k],
            packed[k + 1],
            packed[k + 2],
            packed[k + 3],
            x[k],
            x[k + 1],
            x[k + 2],
            x[k + 3]);
      }
    }
    for (; k < to; k++) {
      for (int r = 0; r < rows; r++) {
        addOne(sums[r], packed[k], inputs[r][k]);
      }
    }
  }

  private static void addFour(
      float[] sum,
      float[] w0,
      float[] w1,
      float[] w2,
      float[] w3,
      float x0,
      float x1,
      float x2,
      float x3) {
    for (int j = 0; j < sum.length; j++) {
      float s = Math.fma(x0, w0[j], sum[j]);
      s = Math.fma(x1, w1[j], s);
      s = Math.fma(x2, w2[j], s);
      sum[j] = Math.fma(x3, w3[j], s);
    }
  }

  private static void addOne(float[] sum, float[] w, float x) {
    for (int j = 0; j < sum.length; j++) {
      sum[j] = Math.fma(x, w[j], sum[j]);
    }
  }
}
