package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.ChannelScales;
import halfstep.quant.GroupIndex;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows made alone are bit for bit those of the whole matrix. */
class QuantizedRowsTest {

  private static final int IN = 96;

  private static Matrix weights(int rows) {
    SplittableRandom random = new SplittableRandom(5);
    Matrix w = Matrix.zeros(rows, IN);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return w;
  }

  @ParameterizedTest
  @CsvSource({"32, IN", "0, IN", "2147483647, IN", "6, OUT"})
  void allGroupings(int size, Axis axis) {
    QuantSpec spec = new QuantSpec(Bits.THREE, size, axis, ZeroPoint.FLOAT);
    assertSameRows(RoundToNearest.quantize(weights(18), spec));
  }

  @Test
  void channelsRescaledAndGroupsInAnotherOrder() {
    QuantizedMatrix plain = RoundToNearest.quantize(weights(18), QuantSpec.of(4, 32));
    float[] scales = new float[IN];
    int[] groups = new int[IN];
    for (int c = 0; c < IN; c++) {
      scales[c] = 0.5f + c % 7;
      groups[c] = c % 3;
    }
    assertSameRows(
        new QuantizedMatrix(
            plain.spec(), plain.codes(), plain.params(), null, GroupIndex.of(groups)));
    assertSameRows(plain.under(ChannelScales.of(scales)));
  }

  private static void assertSameRows(QuantizedMatrix quantized) {
    Matrix whole = quantized.dequantized();
    Matrix part = Matrix.zeros(5, IN);
    for (int first : new int[] {0, 7, 13}) {
      new QuantizedRows(quantized).read(first, part);
      for (int r = 0; r < 5; r++) {
        assertArrayEquals(whole.row(first + r), part.row(r), "row " + (first + r));
      }
    }
  }
}
