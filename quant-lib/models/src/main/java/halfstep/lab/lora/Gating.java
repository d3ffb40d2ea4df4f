package halfstep.lab.lora;

import halfstep.tensor.Elements;
import halfstep.tensor.Matrix;

/**
 * SwiGLU, {@code s = silu(g) · u} with {@code silu(g) = g·σ(g)}.
 *
 * <pre>
 * du = ds · g·σ
 * dg = ds · u · σ·(1 + g·(1 − σ))
 * </pre>
 */
final class Gating {

  private Gating() {}

  /** A new matrix; neither is modified. */
  static Matrix forward(Matrix gate, Matrix up) {
    Matrix gated = Matrix.zeros(gate.rows(), gate.cols());
    int n = Math.toIntExact(gate.cols());
    Dense.rows(
        gate.shape(),
        (from, to) -> {
          float[] g = new float[n];
          float[] u = new float[n];
          for (long r = from; r < to; r++) {
            gate.read(r * n, g, 0, n);
            up.read(r * n, u, 0, n);
            Elements.swiGlu(g, u);
            gated.write(r * n, g, 0, n);
          }
        });
    return gated;
  }

  /**
   * Turns {@code ds} into the gradient of {@code up} and returns that of {@code gate}.
   *
   * @param ds overwritten with {@code du}
   * @return a new matrix, {@code dg}
   */
  static Matrix back(Matrix gate, Matrix up, Matrix ds) {
    Matrix dGate = Matrix.zeros(gate.rows(), gate.cols());
    int n = Math.toIntExact(gate.cols());
    Dense.rows(
        gate.shape(),
        (from, to) -> {
          float[] g = new float[n];
          float[] u = new float[n];
          float[] d = new float[n];
          for (long r = from; r < to; r++) {
            gate.read(r * n, g, 0, n);
            up.read(r * n, u, 0, n);
            ds.read(r * n, d, 0, n);
            for (int c = 0; c < n; c++) {
              float sigma = 1 / (1 + (float) Math.exp(-g[c]));
              float slope = d[c] * u[c] * sigma * (1 + g[c] * (1 - sigma));
              d[c] *= g[c] * sigma;
              g[c] = slope;
            }
            dGate.write(r * n, g, 0, n);
            ds.write(r * n, d, 0, n);
          }
        });
    return dGate;
  }
}
