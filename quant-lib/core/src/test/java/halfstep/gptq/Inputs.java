package halfstep.gptq;

import halfstep.tensor.Matrix;
import java.util.Random;

/** Seeded weights and correlated activations. */
final class Inputs {

  private Inputs() {}

  static Matrix gaussian(int rows, int cols, float sigma, long seed) {
    Random random = new Random(seed);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian() * sigma);
    }
    return w;
  }

  /** Neighbouring channels share most of what drives them, some are driven ten times as hard. */
  static Matrix activations(int tokens, int channels, long seed) {
    Matrix x = gaussian(tokens, channels, 1f, seed);
    for (int t = 0; t < tokens; t++) {
      for (int c = 1; c < channels; c++) {
        x.set(t, c, 0.8f * x.get(t, c - 1) + 0.6f * x.get(t, c));
      }
      for (int c = 0; c < channels; c += 37) {
        x.set(t, c, 10 * x.get(t, c));
      }
    }
    return x;
  }
}
