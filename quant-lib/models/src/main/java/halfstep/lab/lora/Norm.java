package halfstep.lab.lora;

import halfstep.tensor.Matrix;

/**
 * RMSNorm, {@code y = g · x · r} with {@code r = 1/√(mean(x²) + ε)}; its gain is frozen.
 *
 * <pre>
 * dx = r · g·dy − x · r³/n · Σ g·dy·x
 * </pre>
 */
final class Norm {

  private final float[] gain;
  private final float epsilon;

  /**
   * @param gain {@code 1 × width}
   */
  Norm(Matrix gain, float epsilon) {
    this.gain = gain.row(0);
    this.epsilon = epsilon;
  }

  /**
   * @param x {@code tokens × width}; kept for the way back, not modified
   */
  Pass forward(Matrix x) {
    Matrix y = Matrix.zeros(x.rows(), x.cols());
    double[] inverses = new double[Math.toIntExact(x.rows())];
    int n = gain.length;
    Dense.rows(
        x.shape(),
        (from, to) -> {
          float[] row = new float[n];
          for (int t = from; t < to; t++) {
            x.read((long) t * n, row, 0, n);
            double square = 0;
            for (float value : row) {
              square += value * value;
            }
            float inverse = (float) (1 / Math.sqrt(square / n + epsilon));
            inverses[t] = inverse;
            for (int c = 0; c < n; c++) {
              row[c] = gain[c] * (row[c] * inverse);
            }
            y.write((long) t * n, row, 0, n);
          }
        });
    return new Pass(y, dy -> back(x, inverses, dy));
  }

  private Matrix back(Matrix x, double[] inverses, Matrix dy) {
    int n = gain.length;
    Matrix dx = Matrix.zeros(x.rows(), x.cols());
    Dense.rows(
        x.shape(),
        (from, to) -> {
          float[] in = new float[n];
          float[] slope = new float[n];
          for (int t = from; t < to; t++) {
            x.read((long) t * n, in, 0, n);
            dy.read((long) t * n, slope, 0, n);
            back(in, slope, inverses[t]);
            dx.write((long) t * n, slope, 0, n);
          }
        });
    return dx;
  }

  /**
   * @param slope {@code dy} of one token, turned into its {@code dx}
   * @param r the token's inverse
   */
  private void back(float[] in, float[] slope, double r) {
    double along = 0;
    for (int c = 0; c < in.length; c++) {
      slope[c] *= gain[c];
      along += (double) slope[c] * in[c];
    }
    double shared = r * r * r * along / in.length;
    for (int c = 0; c < in.length; c++) {
      slope[c] = (float) (r * slope[c] - shared * in[c]);
    }
  }
}
