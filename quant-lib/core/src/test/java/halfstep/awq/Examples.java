package halfstep.awq;

import halfstep.tensor.Matrix;
import java.util.Random;

/** Matrices that several tests use. */
final class Examples {

  private Examples() {}

  static Matrix gaussian(int rows, int cols, float sigma, long seed) {
    Random random = new Random(seed);
    Matrix matrix = Matrix.zeros(rows, cols);
    for (long i = 0; i < matrix.size(); i++) {
      matrix.put(i, (float) random.nextGaussian() * sigma);
    }
    return matrix;
  }
}
