package halfstep.lab.lora;

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
    float[] g = new float[Math.toIntExact(gate.cols())];
    float[] u = new float[g.length];
    for (long r = 0; r < gate.rows(); r++) {
      gate.read(r * g.length, g, 0, g.length);
      up.read(r * g.length, u, 0, g.length);
      for (int c = 0; c < g.length; c++) {
        g[c] = g[c] / (1 + (float) Math.exp(-g[c])) * u[c];
      }
      gated.write(r * g.length, g, 0, g.length);
    }
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
    float[] g = new float[Math.toIntExact(gate.cols())];
    float[] u = new float[g.length];
    float[] d = new float[g.length];
    for (long r = 0; r < gate.rows(); r++) {
      gate.read(r * g.length, g, 0, g.length);
      up.read(r * g.length, u, 0, g.length);
      ds.read(r * g.length, d, 0, g.length);
      for (int c = 0; c < g.length; c++) {
        float sigma = 1 / (1 + (float) Math.exp(-g[c]));
        float slope = d[c] * u[c] * sigma * (1 + g[c] * (1 - sigma));
        d[c] *= g[c] * sigma;
        g[c] = slope;
      }
      dGate.write(r * g.length, g, 0, g.length);
      ds.write(r * g.length, d, 0, g.length);
    }
    return dGate;
  }
}
