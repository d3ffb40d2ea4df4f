package halfstep.quant;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.tensor.Shape;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EffectiveBitsTest {

  /** A stream of 4 · 100 bits ends in the middle of its 13th word, and 3 zeros take one word. */
  @Test
  void streamsEndWithWholeWords() {
    Shape shape = new Shape(3, 100);
    QuantSpec spec = new QuantSpec(Bits.FOUR, 50, Axis.IN, ZeroPoint.INTEGER);
    double codes = 13 * 32 / 100.0;
    assertEquals(codes + 16.0 / 50 + 2 * 32 / 300.0, EffectiveBits.of(spec, shape), 1e-12);
    QuantSpec symmetric = spec.with(ZeroPoint.SYMMETRIC);
    assertEquals(codes + 16.0 / 50, EffectiveBits.of(symmetric, shape), 1e-12);
    QuantSpec down = new QuantSpec(Bits.FOUR, 3, Axis.OUT, ZeroPoint.INTEGER);
    double zeros = 13 * 32 / 300.0;
    assertEquals(codes + 16.0 / 3 + zeros, EffectiveBits.of(down, shape), 1e-12, "one row of them");
  }

  /** Known costs of an out × in = 4096 × 4096 layer: packed codes, float16 scale, zero. */
  @ParameterizedTest
  @CsvSource({
    "4, 64, IN, FLOAT, 4.5",
    "8, 64, IN, FLOAT, 8.5",
    "3, 64, IN, FLOAT, 3.7",
    "3, 64, OUT, FLOAT, 4.0",
    "2, 16, IN, FLOAT, 4.0",
    "1.58, 64, IN, FLOAT, 2.5",
    "5, 64, IN, FLOAT, 8.5",
    "4, 128, IN, INTEGER, 4.15625",
    "3, 128, IN, INTEGER, 3.1484375",
    "4, 128, IN, SYMMETRIC, 4.125",
    "8, 64, IN, SYMMETRIC, 8.25",
    "1, 64, IN, FLOAT, 1.5",
    "6, 64, IN, FLOAT, 8.5",
    "1, 64, IN, INTEGER, 1.265625",
    "1.58, 64, IN, INTEGER, 2.28125",
    "5, 64, IN, INTEGER, 5.328125",
    "6, 64, IN, INTEGER, 6.34375",
    "8, 64, IN, INTEGER, 8.375",
    "3, 2147483647, OUT, FLOAT, 3.2031"
  })
  void countsWhatIsStored(String bits, int group, Axis axis, ZeroPoint zero, double expected) {
    QuantSpec spec = new QuantSpec(Bits.of(bits), group, axis, zero);
    assertEquals(expected, EffectiveBits.of(spec, new Shape(4096, 4096)), 1e-4);
  }
}
