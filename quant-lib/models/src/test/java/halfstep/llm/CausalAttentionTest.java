package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.tensor.Matrix;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A head in a window against the formula in double, token by token. */
class CausalAttentionTest {

  @ParameterizedTest
  @CsvSource({
    "1, 32, 1000",
    "2, 32, 1000",
    "7, 5, 1000",
    "40, 32, 1000",
    "40, 20, 1",
    "40, 20, 9",
    "131, 64, 33"
  })
  void isTheWeightedMeanOfWhatATokenSees(int length, int headDim, int sight) {
    Heads heads = new Heads(headDim, 4, 2, sight);
    SplittableRandom random = new SplittableRandom(length * 31L + sight);
    int before = 3; // a window that lies behind another
    TokenWindows windows = TokenWindows.of(List.of(new int[before], new int[length]));
    Matrix q = gaussian(random, before + length, 4 * headDim);
    Matrix k = gaussian(random, before + length, 2 * headDim);
    Matrix v = gaussian(random, before + length, 2 * headDim);
    Matrix result = Matrix.zeros(q.rows(), q.cols());
    int head = 3;
    new WindowHead(heads, k, v, Stretch.of(windows), 1, head).attend(q, result);
    for (int p = 0; p < length; p++) {
      for (int d = 0; d < headDim; d++) {
        double expected = expected(q, k, v, before, p, d, heads, head);
        assertEquals(expected, result.get(before + p, heads.column(head) + d), 5e-6, p + ", " + d);
      }
    }
    assertEquals(0f, result.get(before - 1, heads.column(head)), "another window's row");
    assertEquals(0f, result.get(before, 0), "another head's column");
  }

  private static double expected(
      Matrix q, Matrix k, Matrix v, int start, int p, int d, Heads heads, int head) {
    double total = 0;
    double sum = 0;
    for (int s = Math.max(0, p + 1 - heads.sight()); s <= p; s++) {
      double score = 0;
      for (int c = 0; c < heads.headDim(); c++) {
        score +=
            (double) q.get(start + p, heads.column(head) + c)
                * k.get(start + s, heads.headDim() + c);
      }
      double weight = Math.exp(score / Math.sqrt(heads.headDim()));
      total += weight;
      sum += weight * v.get(start + s, heads.headDim() + d);
    }
    return sum / total;
  }

  private static Matrix gaussian(SplittableRandom random, int rows, int cols) {
    Matrix m = Matrix.zeros(rows, cols);
    for (long i = 0; i < m.size(); i++) {
      m.put(i, (float) random.nextGaussian());
    }
    return m;
  }
}
