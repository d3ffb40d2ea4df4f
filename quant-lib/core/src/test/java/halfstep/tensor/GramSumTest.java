package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GramSumTest {

  @Test
  void isEveryPairOfChannelsSummedOverTokens() {
    Matrix x = gaussian(300, 261);
    Matrix gram = GramSum.of(x);
    for (int i = 0; i < 261; i += 13) {
      for (int j = 0; j < 261; j += 13) {
        double sum = 0;
        for (int t = 0; t < 300; t++) {
          sum += (double) x.get(t, i) * x.get(t, j);
        }
        assertEquals(sum, gram.get(i, j), 1e-6 * 300, i + ", " + j);
        assertEquals(gram.get(j, i), gram.get(i, j));
      }
    }
  }

  @Test
  void anEarlierSumDecays() {
    GramSum sum = new GramSum(2);
    sum.add(Matrix.of(1, 2, 1, 2), 1f, 1f);
    sum.add(Matrix.of(1, 2, 3, 1), 2f, 0.5f);
    assertEquals(0.5f * 1 + 4 * 9, sum.matrix().get(0, 0));
    assertEquals(0.5f * 2 + 4 * 3, sum.matrix().get(0, 1));
    assertEquals(0.5f * 4 + 4 * 1, sum.matrix().get(1, 1));
  }

  @Test
  void refusesOtherChannels() {
    assertEquals(
        "inputs of 1 × 3 have 3 channels, but the Gram matrix has 2",
        assertThrows(ShapeException.class, () -> new GramSum(2).add(Matrix.zeros(1, 3), 1f, 1f))
            .getMessage());
  }

  private static Matrix gaussian(int rows, int cols) {
    SplittableRandom random = new SplittableRandom(1);
    Matrix m = Matrix.zeros(rows, cols);
    for (long i = 0; i < m.size(); i++) {
      m.put(i, (float) random.nextGaussian());
    }
    return m;
  }
}
