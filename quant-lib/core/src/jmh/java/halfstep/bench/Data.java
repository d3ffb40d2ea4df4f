package halfstep.bench;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.SplittableRandom;

/** Made-up weights and activations, the same in every run. */
final class Data {

  private Data() {}

  /** Normal values, {@code rows × cols}. */
  static Matrix gaussian(long rows, long cols, float sigma) {
    Matrix w = Matrix.zeros(rows, cols);
    Parallel.blocks(
        rows,
        "making weights",
        row -> {
          SplittableRandom random = new SplittableRandom(row);
          float[] line = new float[Math.toIntExact(cols)];
          for (int c = 0; c < line.length; c++) {
            line[c] = (float) random.nextGaussian() * sigma;
          }
          w.write(row * cols, line, 0, line.length);
        });
    return w;
  }

  /** Inputs of a layer: normal, and every 50th channel ten times as strong. */
  static Matrix inputs(long tokens, int channels) {
    Matrix x = gaussian(tokens, channels, 1);
    for (long t = 0; t < tokens; t++) {
      for (int c = 0; c < channels; c += 50) {
        x.set(t, c, 10 * x.get(t, c));
      }
    }
    return x;
  }
}
