package halfstep.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.quant.Axis;
import halfstep.quant.ChannelScales;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ResidualHistogramTest {

  private static Matrix gaussian(long rows, long cols) {
    Random random = new Random(3);
    Matrix w = Matrix.zeros(rows, cols);
    for (long i = 0; i < w.size(); i++) {
      w.put(i, (float) random.nextGaussian());
    }
    return w;
  }

  @ParameterizedTest
  @EnumSource
  void roundingStaysWithinHalfAStepAndSpreadsEvenly(Axis axis) {
    Matrix w = gaussian(64, 128);
    QuantizedMatrix q = RoundToNearest.quantize(w, QuantSpec.of(4, 64).with(axis));
    ResidualHistogram histogram = ResidualHistogram.of(w, q, 40);
    assertEquals(w.size(), histogram.total());
    assertEquals(0, histogram.outside());
    long outer = 0;
    for (int bin = 0; bin < 40; bin++) {
      double middle = Math.abs(histogram.middle(bin));
      outer += middle < 0.5 ? 0 : histogram.counts().get(bin);
      if (middle > 0.05) { // the ends of each group's range meet their levels exactly
        assertEquals(
            middle < 0.5 ? w.size() / 20.0 : 0, histogram.counts().get(bin), w.size() / 60.0);
      }
    }
    assertTrue(outer < w.size() / 1000, "ties and float rounding alone: " + outer);
    assertEquals(0.05, histogram.width(), 1e-12);
    assertTrue(histogram.highest() >= w.size() / 20);
  }

  @Test
  void aGridThatWasMovedLeavesMore() {
    Matrix w = gaussian(8, 64);
    QuantizedMatrix q = RoundToNearest.quantize(w, QuantSpec.of(4, 64));
    Matrix zeros = q.params().zeros().copy();
    zeros.put(0, zeros.at(0) + 2);
    QuantizedMatrix moved =
        new QuantizedMatrix(q.spec(), q.codes(), new GroupParams(q.params().scales(), zeros));
    ResidualHistogram histogram = ResidualHistogram.of(w, moved, 10);
    assertEquals(64, histogram.above());
    assertEquals(0.125, histogram.outside());
  }

  @Test
  void rescaledChannelsAreRefused() {
    Matrix w = gaussian(2, 8);
    QuantizedMatrix q = RoundToNearest.quantize(w, QuantSpec.of(4, 8));
    assertThrows(
        IllegalArgumentException.class,
        () -> ResidualHistogram.of(w, q.under(ChannelScales.ones(8)), 10));
  }
}
