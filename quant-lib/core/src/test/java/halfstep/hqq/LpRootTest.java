package halfstep.hqq;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LpRootTest {

  @ParameterizedTest
  @ValueSource(floats = {-0.3f, -0.5f, -0.9f, -1f, -0.01f})
  void isThePowerToSixDigits(float exponent) {
    for (float x = 1e-12f; x < 1e4f; x *= 1.000731f) {
      double exact = Math.pow(x, exponent);
      double tolerance = exponent == -0.3f ? 1e-6 : 3e-6;
      assertEquals(exact, LpRoot.of(x, exponent), tolerance * exact, "x = " + x);
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {1e-30f, 0.17f, 1f, 3e30f})
  void isExactlyOneForTheAbsoluteNorm(float x) {
    assertEquals(1f, LpRoot.of(x, 0f));
  }
}
