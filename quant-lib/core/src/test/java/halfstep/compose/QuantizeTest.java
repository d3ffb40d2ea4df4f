package halfstep.compose;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.metric.ErrorMetrics;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import org.junit.jupiter.api.Test;

class QuantizeTest {

  private final Matrix w = Golden.open("hqq/gauss").matrix("W");

  @Test
  void eachMethodGivesWhatItsTypeAsksFor() {
    QuantSpec spec = QuantSpec.of(3, 64);
    QuantizedMatrix rtn = Quantize.dataFree(w, spec, new Rtn());
    QuantizedMatrix hqq = Quantize.dataFree(w, spec, Hqq.DEFAULT);
    assertTrue(error(hqq) < error(rtn), "HQQ lowers the error of rounding");
    assertEquals(3.75, hqq.bitsPerWeight(), 1e-9, "256 groups pad to 260");
    QuantSpec integer = spec.with(ZeroPoint.INTEGER);
    QuantizedMatrix awq = Quantize.calibrated(w, integer, Awq.DEFAULT, w);
    assertNotNull(awq.channelScales());
    assertEquals(w.shape(), awq.dequantized().shape());
  }

  @Test
  void metricsAreThoseOfTheDefinition() {
    Matrix original = Matrix.of(1, 4, 3, 0, 4, 0);
    Matrix approximation = Matrix.of(1, 4, 3, 0, 3, 0);
    ErrorMetrics metrics = ErrorMetrics.between(original, approximation);
    assertEquals(0.25, metrics.meanAbs());
    assertEquals(0.25, metrics.meanSquare());
    assertEquals(1, metrics.maxAbs());
    assertEquals(0.2, metrics.relativeFrobenius(), 1e-12);
    assertEquals(13.979, metrics.sqnrDb(), 1e-3);
    ErrorMetrics none = ErrorMetrics.between(original, original);
    assertEquals(0, none.relativeFrobenius());
    assertEquals(Double.POSITIVE_INFINITY, none.sqnrDb());
  }

  private double error(QuantizedMatrix q) {
    return ErrorMetrics.between(w, q.dequantized()).meanAbs();
  }
}
