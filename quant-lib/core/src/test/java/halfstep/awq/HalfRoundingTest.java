package halfstep.awq;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.NonFiniteException;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HalfRoundingTest {

  private static final QuantSpec SPEC = QuantSpec.of(4, 16).with(ZeroPoint.INTEGER);

  /** By hand: range 0 … 15 in steps of 1 has the same floats in both precisions. */
  @Test
  void equalsFloatRoundingOnAnExactGrid() {
    QuantSpec spec = QuantSpec.of(4, 4).with(ZeroPoint.INTEGER);
    QuantizedMatrix q = HalfRounding.quantize(Matrix.of(1, 4, -3f, 0f, 4.375f, 12f), spec);
    assertEquals(1f, q.params().scale(0));
    assertEquals(3f, q.params().zero(0));
    assertEquals("Matrix 1 × 4 [-3.0, 0.0, 4.0, 12.0]", q.dequantized().toString());
  }

  @ParameterizedTest
  @CsvSource({"1e-6", "1e-3", "0.05", "1", "300"})
  void staysNearFloatRoundingAtEverySize(float sigma) {
    Matrix w = Examples.gaussian(37, 48, sigma, 1);
    QuantizedMatrix half = HalfRounding.quantize(w, SPEC);
    for (long i = 0; i < w.size(); i++) {
      assertTrue(half.codes().at(i) <= 15);
    }
    for (long g = 0; g < half.params().groups(); g++) {
      float scale = half.params().scale(g);
      assertEquals(scale, Float.float16ToFloat(Float.floatToFloat16(scale)));
    }
    QuantizedMatrix full = MinMaxRounding.codes(w, SPEC);
    double halfError = ErrorMetrics.between(w, half.dequantized()).meanSquare();
    double fullError = ErrorMetrics.between(w, full.dequantized()).meanSquare();
    if (sigma > 1e-5) {
      assertTrue(halfError < 1.1 * fullError, halfError + " " + fullError);
      assertTrue(half.codes().countDifferent(full.codes()) < 0.02 * w.size());
    }
  }

  @Test
  void zeroAndConstantGroupsStayFinite() {
    Matrix w = Matrix.zeros(3, 16);
    for (int c = 0; c < 16; c++) {
      w.set(1, c, 0.125f);
      w.set(2, c, -0.125f);
    }
    QuantizedMatrix q = HalfRounding.quantize(w, SPEC);
    assertEquals(0, q.codes().get(0, 3));
    assertEquals(15, q.codes().get(1, 3));
    assertEquals(0, q.codes().get(2, 3));
    assertEquals(15f, q.params().zero(2));
    for (long i = 0; i < w.size(); i++) {
      assertTrue(Float.isFinite(q.dequantized().at(i)));
    }
  }

  @Test
  void refusesWhatHalfPrecisionCannotHold() {
    Matrix w = Examples.gaussian(2, 16, 1f, 1);
    w.set(1, 2, 70000f);
    assertEquals(
        "weights rounded to float16, which ends at 65504: 1 of 32 values are not finite; the first"
            + " is Infinity in row 1, column 2. Repair or exclude it.",
        assertThrows(NonFiniteException.class, () -> HalfRounding.quantize(w, SPEC)).getMessage());
    w.set(1, 2, Float.NEGATIVE_INFINITY);
    assertEquals(
        "weights: 1 of 32 values are not finite; the first is -Infinity in row 1, column 2. Repair"
            + " or exclude it.",
        assertThrows(NonFiniteException.class, () -> HalfRounding.quantize(w, SPEC)).getMessage());
    w.set(1, 2, 60000f);
    w.set(1, 3, -60000f);
    assertEquals(
        "a group's weights span more than float16 holds (step Infinity, zero 0.0, largest 65504);"
            + " choose a smaller ratio or no scales for this layer",
        assertThrows(IllegalArgumentException.class, () -> HalfRounding.quantize(w, SPEC))
            .getMessage());
    assertThrows(
        IllegalArgumentException.class,
        () -> HalfRounding.quantize(Matrix.zeros(1, 16), QuantSpec.of(4, 16)));
  }
}
