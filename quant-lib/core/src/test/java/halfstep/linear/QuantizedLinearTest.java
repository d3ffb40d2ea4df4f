package halfstep.linear;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.Twins;
import halfstep.linear.QuantizedLinear.Layout;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("twin")
class QuantizedLinearTest {

  private static final List<LinearKernel> KERNELS =
      Twins.of(LinearKernel.class, new ScalarLinear());

  /** Odd numbers of rows, odd groups, whole rows; one, three and five tokens. */
  @ParameterizedTest
  @EnumSource(Bits.class)
  void equalsTheProductWithTheDequantizedWeights(Bits bits) {
    check(bits, 1, 32, 32, 1);
    check(bits, 16, 64, 64, 3);
    check(bits, 35, 192, 64, 5);
    check(bits, 131, 256, 128, 1);
    check(bits, 17, 21, 7, 2);
    check(bits, 33, 97, QuantSpec.WHOLE, 1);
  }

  private static void check(Bits bits, int out, int in, int group, int tokens) {
    QuantSpec spec = new QuantSpec(bits, group, Axis.IN, ZeroPoint.FLOAT);
    QuantizedMatrix weights = MinMaxRounding.codes(gaussian(out, in, 1), spec);
    Matrix x = gaussian(tokens, in, 2);
    Matrix expected = Matmul.timesTransposed(x, weights.dequantized());
    for (Layout layout : Layout.values()) {
      if (layout == Layout.PLANES && in % 32 != 0) {
        continue;
      }
      Matrix plain = QuantizedLinear.of(weights, layout, KERNELS.getFirst()).apply(x);
      for (long i = 0; i < expected.size(); i++) {
        assertEquals(expected.at(i), plain.at(i), 2e-5 * Math.sqrt(in), layout + " " + spec);
      }
      for (LinearKernel kernel : KERNELS) {
        Matrix twin = QuantizedLinear.of(weights, layout, kernel).apply(x);
        for (long i = 0; i < plain.size(); i++) {
          assertEquals(plain.at(i), twin.at(i), layout + " of " + kernel + " at " + i);
        }
      }
    }
  }

  /** Whatever comes with it, and however small it is, a row of inputs gives the same bits. */
  @ParameterizedTest
  @EnumSource(Bits.class)
  void aRowAloneEqualsTheRowAmongOthers(Bits bits) {
    QuantSpec spec = new QuantSpec(bits, 40, Axis.IN, ZeroPoint.FLOAT);
    QuantizedMatrix weights = MinMaxRounding.codes(gaussian(19, 120, 1), spec);
    Matrix x = gaussian(7, 120, 2);
    for (int c = 0; c < 120; c++) {
      x.set(5, c, x.get(5, c) * 0x1p-120f);
    }
    for (LinearKernel kernel : KERNELS) {
      QuantizedLinear layer = QuantizedLinear.of(weights, Layout.WORDS, kernel);
      Matrix together = layer.apply(x);
      for (int r = 0; r < 7; r++) {
        float[] alone = layer.apply(x.rows(r, r + 1)).row(0);
        assertArrayEquals(together.row(r), alone, kernel + " row " + r);
      }
    }
  }

  @Test
  void channelScalesDivideTheInputs() {
    QuantSpec spec = QuantSpec.of(3, 32);
    float[] scales = new float[64];
    for (int c = 0; c < scales.length; c++) {
      scales[c] = 1 + c % 3;
    }
    QuantizedMatrix weights =
        MinMaxRounding.codes(gaussian(5, 64, 1), spec).under(ChannelScales.of(scales));
    Matrix x = gaussian(2, 64, 2);
    Matrix expected = Matmul.timesTransposed(x, weights.dequantized());
    Matrix packed = QuantizedLinear.of(weights).apply(x);
    for (long i = 0; i < expected.size(); i++) {
      assertEquals(expected.at(i), packed.at(i), 1e-4);
    }
  }

  /** Bit planes take the bits of the codes and no more; words of 3 bits lose some. */
  @Test
  void planesAreAsSmallAsTheirBits() {
    QuantizedMatrix weights = MinMaxRounding.codes(gaussian(32, 128, 1), QuantSpec.of(3, 64));
    long params = 32 * 2 * 2 * 4;
    QuantizedLinear planes = QuantizedLinear.of(weights, Layout.PLANES);
    assertEquals(32 * 128 * 3 / 8 + params, planes.bytes());
    assertTrue(QuantizedLinear.of(weights, Layout.WORDS).bytes() > planes.bytes());
    assertEquals(
        "QuantizedLinear 32 × 128 %s, PLANES".formatted(weights.spec().label()), planes.toString());
  }

  @Test
  void refusesWhatItCannotMultiply() {
    QuantizedMatrix down =
        MinMaxRounding.codes(gaussian(64, 8, 1), QuantSpec.of(4, 64).with(Axis.OUT));
    assertThrows(IllegalArgumentException.class, () -> QuantizedLinear.of(down));
    QuantizedMatrix odd = MinMaxRounding.codes(gaussian(4, 30, 1), QuantSpec.of(4, 10));
    assertThrows(IllegalArgumentException.class, () -> QuantizedLinear.of(odd, Layout.PLANES));
    assertEquals(Layout.WORDS, QuantizedLinear.of(odd).layout());
    assertEquals(
        "inputs are 2 × 31 but weights are 4 × 30; their second sides must agree",
        assertThrows(ShapeException.class, () -> QuantizedLinear.of(odd).apply(Matrix.zeros(2, 31)))
            .getMessage());
  }

  private static Matrix gaussian(int rows, int cols, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return w;
  }
}
