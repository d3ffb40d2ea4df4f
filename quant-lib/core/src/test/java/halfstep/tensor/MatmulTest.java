package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MatmulTest {

  @ParameterizedTest
  @CsvSource({
    "1,1,1",
    "3,5,7",
    "33,129,131",
    "64,128,256",
    "31,257,1021",
    "2,300,3",
    "1203,391,5",
    "241,385,513"
  })
  void equalsTheSumInDouble(int tokens, int out, int in) {
    Random random = new Random(tokens * 31L + out * 7L + in);
    Matrix x = gaussian(random, tokens, in);
    Matrix w = gaussian(random, out, in);
    Matrix y = Matmul.timesTransposed(x, w);
    for (int t = 0; t < tokens; t++) {
      for (int o = 0; o < out; o++) {
        double sum = 0;
        for (int i = 0; i < in; i++) {
          sum += (double) x.get(t, i) * w.get(o, i);
        }
        assertEquals(sum, y.get(t, o), 1e-6 * Math.sqrt(in) * 8, t + ", " + o);
      }
    }
  }

  @Test
  void refusesOtherInnerSides() {
    ShapeException refusal =
        assertThrows(
            ShapeException.class,
            () -> Matmul.timesTransposed(Matrix.zeros(2, 3), Matrix.zeros(4, 5)));
    assertEquals(
        "inputs are 2 × 3 but weights are 4 × 5; their second sides must agree",
        refusal.getMessage());
  }

  private static Matrix gaussian(Random random, int rows, int cols) {
    Matrix m = Matrix.zeros(rows, cols);
    for (long i = 0; i < m.size(); i++) {
      m.put(i, (float) random.nextGaussian());
    }
    return m;
  }
}
