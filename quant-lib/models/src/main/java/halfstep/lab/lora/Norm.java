package halfstep.lab.lora;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

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
    float[] row = new float[gain.length];
    for (int t = 0; t < inverses.length; t++) {
      x.read((long) t * row.length, row, 0, row.length);
      double square = 0;
      for (float value : row) {
        square += value * value;
      }
      float inverse = (float) (1 / Math.sqrt(square / row.length + epsilon));
      inverses[t] = inverse;
      for (int c = 0; c < row.length; c++) {
        row[c] = gain[c] * (row[c] * inverse);
      }
      y.write((long) t * row.length, row, 0, row.length);
    }
    return new Pass(y, dy -> back(x, inverses, dy));
  }

  private Matrix back(Matrix x, double[] inverses, Matrix dy) {
    Parallel.checkInterrupt("the backward pass");
    int n = gain.length;
    Matrix dx = Matrix.zeros(x.rows(), x.cols());
    float[] in = new float[n];
    float[] slope = new float[n];
    for (int t = 0; t < inverses.length; t++) {
      x.read((long) t * n, in, 0, n);
      dy.read((long) t * n, slope, 0, n);
      double along = 0;
      for (int c = 0; c < n; c++) {
        slope[c] *= gain[c];
        along += (double) slope[c] * in[c];
      }
      double r = inverses[t];
      double shared = r * r * r * along / n;
      for (int c = 0; c < n; c++) {
        slope[c] = (float) (r * slope[c] - shared * in[c]);
      }
      dx.write((long) t * n, slope, 0, n);
    }
    return dx;
  }
}
