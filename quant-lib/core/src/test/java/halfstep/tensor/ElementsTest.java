package halfstep.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.Twins;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ElementsTest {

  private static List<ElementKernel> twins() {
    return Twins.of(ElementKernel.class, new ScalarElements());
  }

  @Test
  void theExponentialIsWithinTwoUnitsInTheLastPlace() {
    double worst = 0;
    for (float x = -87; x <= 88; x += 0.00037f) {
      double exact = Math.exp(x);
      worst = Math.max(worst, Math.abs(ElementKernel.exp(x) - exact) / Math.ulp((float) exact));
    }
    assertTrue(worst <= 1.5, "off by %.2f units in the last place".formatted(worst));
  }

  @Test
  void theExponentialKeepsItsEnds() {
    assertEquals(1f, ElementKernel.exp(0f));
    assertEquals(0f, ElementKernel.exp(Float.NEGATIVE_INFINITY));
    assertEquals(0f, ElementKernel.exp(-87.001f));
    assertEquals(ElementKernel.exp(88f), ElementKernel.exp(Float.POSITIVE_INFINITY));
    assertTrue(Float.isNaN(ElementKernel.exp(Float.NaN)));
  }

  @Tag("twin")
  @Test
  void twinsGiveTheSameBits() {
    float[] ends = {Float.NaN, Float.NEGATIVE_INFINITY, Float.POSITIVE_INFINITY, -0f, 1e-40f, -87};
    SplittableRandom random = new SplittableRandom(1);
    for (int count = 1; count <= 300; count++) {
      float[] x = new float[count];
      float[] u = new float[count];
      for (int i = 0; i < count; i++) {
        boolean end = random.nextInt(20) == 0;
        x[i] = end ? ends[random.nextInt(ends.length)] : 40 * (float) random.nextGaussian();
        u[i] = (float) random.nextGaussian();
      }
      for (ElementKernel twin : twins()) {
        float[] powers = x.clone();
        float[] gated = x.clone();
        twin.exp(powers, 1, count, 2f, 0.7f);
        twin.swiGlu(gated, u, count);
        assertEquals(x[0], powers[0], "what lies before the first");
        for (int i = 0; i < count; i++) {
          if (i > 0) {
            same(ElementKernel.exp((x[i] - 2f) * 0.7f), powers[i], twin, x[i]);
          }
          same(x[i] / (1 + ElementKernel.exp(-x[i])) * u[i], gated[i], twin, x[i]);
        }
      }
    }
  }

  private static void same(float expected, float actual, ElementKernel twin, float x) {
    assertEquals(
        Float.floatToIntBits(expected),
        Float.floatToIntBits(actual),
        "%s of %s".formatted(twin.getClass().getSimpleName(), x));
  }

  @Test
  void exponentialsSumToTheSoftmaxDenominator() {
    float[] x = {9, 1, 2, 3, 4, 5, 6, 9};
    double sum = Elements.exponentials(x, 1, 7, 0.5f);
    double expected = 0;
    for (int i = 1; i <= 6; i++) {
      expected += Math.exp((i - 6) * 0.5);
      assertEquals(Math.exp((i - 6) * 0.5), x[i], 1e-7);
    }
    assertEquals(expected, sum, 1e-6);
    assertEquals(9, x[0]);
    assertEquals(9, x[7]);
  }
}
