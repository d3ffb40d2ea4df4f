package halfstep.lab.lora;

import halfstep.tensor.Matrix;

/** A matrix that is learnt, its gradient, and AdamW's two running means. */
final class Parameter {

  private static final double BETA1 = 0.9;
  private static final double BETA2 = 0.999;
  private static final double EPSILON = 1e-8;

  private final Matrix value;
  private final Matrix gradient;
  private final double[] first;
  private final double[] second;

  /**
   * @param value changed by {@link #step}
   */
  Parameter(Matrix value) {
    this.value = value;
    this.gradient = Matrix.zeros(value.rows(), value.cols());
    this.first = new double[Math.toIntExact(value.size())];
    this.second = new double[first.length];
  }

  Matrix value() {
    return value;
  }

  /** ∂loss/∂value; the backward pass adds to it. */
  Matrix gradient() {
    return gradient;
  }

  void clearGradient() {
    gradient.segment().fill((byte) 0);
  }

  /**
   * One step of AdamW (reference: torch {@code optim/adamw.py}, whose decay comes first):
   *
   * <pre>
   * θ ← θ − η·λ·θ
   * m ← β₁·m + (1 − β₁)·g         m̂ = m / (1 − β₁ᵗ)
   * v ← β₂·v + (1 − β₂)·g²        v̂ = v / (1 − β₂ᵗ)
   * θ ← θ − η·m̂ / (√v̂ + ε)
   * </pre>
   *
   * @param step its number t, from 1 on
   * @param rate η
   * @param decay λ
   */
  void step(int step, double rate, double decay) {
    double correct1 = 1 - Math.pow(BETA1, step);
    double correct2 = 1 - Math.pow(BETA2, step);
    float[] g = new float[first.length];
    float[] theta = new float[first.length];
    gradient.read(0, g, 0, g.length);
    value.read(0, theta, 0, theta.length);
    for (int i = 0; i < first.length; i++) {
      double decayed = theta[i] - rate * decay * theta[i];
      first[i] = BETA1 * first[i] + (1 - BETA1) * g[i];
      second[i] = BETA2 * second[i] + (1 - BETA2) * g[i] * g[i];
      double m = first[i] / correct1;
      double v = second[i] / correct2;
      theta[i] = (float) (decayed - rate * m / (Math.sqrt(v) + EPSILON));
    }
    value.write(0, theta, 0, theta.length);
  }
}
