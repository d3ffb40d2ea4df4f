package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SumsTest {

  /** The order as its definition says it, one element at a time. */
  @ParameterizedTest
  @ValueSource(ints = {1, 15, 16, 17, 64, 128, 1021})
  void followsTheWrittenOrder(int count) {
    Random random = new Random(count);
    float[] values = new float[count + 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) random.nextGaussian();
    }
    float[] lanes = new float[16];
    for (int i = 0; i < count; i++) {
      lanes[i % 16] += values[3 + i];
    }
    float[] eight = fold(lanes);
    float[] two = fold(fold(eight));
    assertEquals(two[0] + two[1], Sums.sum(values, 3, count));
  }

  @Test
  void theMeanDividesOnce() {
    float[] values = {1, 2, 4};
    assertEquals(7f / 3f, Sums.mean(values, 0, 3));
  }

  @Test
  void roundsHalvesToEven() {
    float[] in = {-3, 0.5f, 1.5f, 2.5f, 2.4999998f, 14.5f, 15.5f, 99};
    float[] codes = {0, 0, 2, 2, 2, 14, 15, 15};
    for (int i = 0; i < in.length; i++) {
      assertEquals(codes[i], Rounding.code(in[i], 15), "code of " + in[i]);
    }
    assertEquals(-2f, Rounding.halfEven(-2.5f));
    assertEquals(-4f, Rounding.halfEven(-3.5f));
  }

  private static float[] fold(float[] lanes) {
    float[] half = new float[lanes.length / 2];
    for (int i = 0; i < half.length; i++) {
      half[i] = lanes[i] + lanes[i + half.length];
    }
    return half;
  }
}
