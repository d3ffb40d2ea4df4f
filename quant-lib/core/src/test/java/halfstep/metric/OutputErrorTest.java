package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OutputErrorTest {

  private static final Matrix W = Golden.open("hqq/gauss").matrix("W");

  @Test
  void itIsMeasuredOnTheOutput() {
    Matrix x = Matrix.of(2, 2, 1, 0, 0, 2);
    Matrix w = Matrix.of(1, 2, 3, 4);
    Matrix a = Matrix.of(1, 2, 3, 5);
    OutputError error = OutputError.of(x, w, a);
    // y = (3, 8), ŷ = (3, 10)
    assertEquals(2, error.meanSquare(), 1e-9);
    assertEquals(2 / Math.sqrt(73), error.relative(), 1e-9);
    assertEquals((9 + 80) / Math.sqrt(73) / Math.sqrt(109), error.cosine(), 1e-9);
    assertEquals("output mse 2.0000e+00, relative 0.2341, cosine 0.997735", error.toString());
    assertEquals(0, OutputError.of(x, w, w).relative());
  }

  /** Lengths around the borders of a step, 1,677 tokens here, and few more than that. */
  @Test
  void itDoesNotDependOnHowManyTokensAreTakenAtOnce() {
    SplittableRandom random = new SplittableRandom(5);
    Matrix w = gaussian(5000, 6, random);
    Matrix a = gaussian(5000, 6, random);
    Matrix x = gaussian(3 * 1677 + 20, 6, random);
    for (long tokens : List.of(1L, 16L, 1677L, 1678L, 1693L, 1694L, 3354L, 3400L, x.rows())) {
      Matrix seen = x.rows(0, tokens);
      ErrorMetrics whole =
          ErrorMetrics.between(Matmul.timesTransposed(seen, w), Matmul.timesTransposed(seen, a));
      assertEquals(
          new OutputError(whole.meanSquare(), whole.relativeFrobenius(), whole.cosine()),
          OutputError.of(seen, w, a),
          tokens + " tokens");
    }
  }

  private static Matrix gaussian(long rows, long cols, SplittableRandom random) {
    Matrix matrix = Matrix.zeros(rows, cols);
    for (long r = 0; r < rows; r++) {
      for (long c = 0; c < cols; c++) {
        matrix.set(r, c, (float) random.nextGaussian());
      }
    }
    return matrix;
  }

  /** An input channel that is never driven makes its weights' errors free. */
  @Test
  void itForgivesWhatNoInputReaches() {
    Matrix x = Matrix.zeros(8, 256);
    SplittableRandom random = new SplittableRandom(3);
    for (long t = 0; t < 8; t++) {
      for (long c = 0; c < 255; c++) {
        x.set(t, c, (float) random.nextGaussian());
      }
    }
    Matrix other = W.copy();
    for (long r = 0; r < other.rows(); r++) {
      other.set(r, 255, 100f);
    }
    assertTrue(ErrorMetrics.between(W, other).relativeFrobenius() > 100);
    assertEquals(0, OutputError.of(x, W, other).relative());
    assertEquals(W.rows(), Matmul.timesTransposed(x, W).cols());
  }
}
