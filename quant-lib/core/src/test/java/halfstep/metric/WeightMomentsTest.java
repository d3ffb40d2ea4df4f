package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.tensor.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;

class WeightMomentsTest {

  @Test
  void momentsOfFourNumbers() {
    WeightMoments moments = WeightMoments.of(Matrix.of(2, 2, 0, 0, 0, 4));
    assertEquals(1, moments.mean());
    assertEquals(Math.sqrt(3), moments.deviation(), 1e-12);
    // (3·(−1)³ + 3³) / 4 / 3^1.5 and (3 + 81) / 4 / 9 − 3
    assertEquals(6 / Math.pow(3, 1.5), moments.skewness(), 1e-12);
    assertEquals(21.0 / 9 - 3, moments.excessKurtosis(), 1e-12);
    assertEquals(0, moments.least());
    assertEquals(4, moments.most());
    assertEquals(1, moments.largestRow());
    assertEquals(1, moments.largestCol());
  }

  @Test
  void aPlantedOutlierIsFound() {
    Random random = new Random(1);
    Matrix w = Matrix.zeros(64, 101);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) (0.02 * random.nextGaussian()));
    }
    assertEquals(0, WeightMoments.of(w).outliers());
    assertEquals(0, WeightMoments.of(w).excessKurtosis(), 0.2);
    w.set(17, 100, -0.5f);
    WeightMoments moments = WeightMoments.of(w);
    assertEquals(1, moments.outliers());
    assertEquals(17, moments.largestRow());
    assertEquals(100, moments.largestCol());
    assertEquals(0.5f, moments.magnitude());
  }

  @Test
  void constantsHaveNoTails() {
    WeightMoments moments = WeightMoments.of(Matrix.of(1, 3, 2, 2, 2));
    assertEquals(0, moments.deviation());
    assertEquals(0, moments.skewness());
    assertEquals(0, moments.excessKurtosis());
    assertEquals(0, moments.outliers());
  }
}
