package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.Calibration;
import halfstep.job.QuantizeJob;
import halfstep.llm.GoldenModels;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.ZeroPoint;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Float zeros under AWQ's channel scales become codes, and the scales stay. */
class IntegerZerosTest {

  private static final QuantSpec WHOLE = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);

  @TempDir private Path folder;

  private QuantizedModel run() {
    Golden golden = Golden.open("awq/llama_gqa.g32.duo");
    Path out = folder.resolve("run");
    Path model = GoldenModels.folder("llama_gqa");
    QuantizeJob.of(model, out, QuantSpec.of(4, 32), new AwqThen(Hqq.DEFAULT))
        .with(Calibration.of(GoldenModels.windows(golden, "calib_ids")))
        .run();
    return QuantizedModels.open(out);
  }

  @Test
  void channelScalesStay() {
    QuantizedModel run = run();
    QuantizedModel rounded = IntegerZeros.of(run);
    int scaled = 0;
    for (String layer : run.layers()) {
      ChannelScales before = run.channelScales(layer);
      ChannelScales after = rounded.channelScales(layer);
      QuantizedMatrix q = rounded.layer(layer);
      if (before == null) {
        assertNull(after);
        continue;
      }
      assertNotNull(after);
      assertArrayEquals(before.toArray(), after.toArray());
      assertNotNull(q.channelScales(), layer);
      scaled++;
      Matrix original = run.original(layer).orElseThrow();
      Matrix weights = q.dequantized();
      before.multiply(original);
      before.multiply(weights);
      assertNearerThanRounding(layer, original, weights);
    }
    assertTrue(scaled > 6, "layers under channel scales: " + scaled);
  }

  @Test
  void afterFoldingThereAreNone() {
    QuantizedModel run = run();
    QuantizedModel rounded = IntegerZeros.of(FoldedModel.of(run));
    for (String layer : run.layers()) {
      assertNull(rounded.channelScales(layer));
      assertNull(rounded.layer(layer).channelScales());
      Matrix original = rounded.original(layer).orElseThrow();
      assertNearerThanRounding(layer, original, rounded.layer(layer).dequantized());
    }
  }

  /** Per group the better of two grids, one of which is round-to-nearest's. */
  private static void assertNearerThanRounding(String layer, Matrix original, Matrix weights) {
    Matrix plain = RoundToNearest.quantize(original, WHOLE).dequantized();
    double most = ErrorMetrics.between(original, plain).relativeFrobenius();
    double is = ErrorMetrics.between(original, weights).relativeFrobenius();
    assertTrue(is <= most * (1 + 1e-6), () -> "%s: %g instead of %g".formatted(layer, is, most));
  }

  @Test
  void layersWithWholeZerosPassThrough() {
    QuantizedModel run = run();
    String first = run.layers().getFirst();
    ChannelScales scales = ChannelScales.ones((int) run.shape(first).cols());
    QuantizedMatrix whole =
        RoundToNearest.quantize(run.original(first).orElseThrow(), WHOLE).under(scales);
    QuantizedModel mixed =
        new ChangedModel(run) {
          @Override
          public QuantSpec spec(String layer) {
            return layer.equals(first) ? WHOLE : super.spec(layer);
          }

          @Override
          public QuantizedMatrix layer(String layer) {
            return layer.equals(first) ? whole : super.layer(layer);
          }
        };
    QuantizedModel rounded = IntegerZeros.of(mixed);
    assertSame(whole, rounded.layer(first));
    assertEquals(ZeroPoint.INTEGER, rounded.spec(run.layers().getLast()).zeroPoint());
    QuantizedModel all =
        new ChangedModel(run) {
          @Override
          public QuantSpec spec(String layer) {
            return WHOLE;
          }
        };
    assertSame(all, IntegerZeros.of(all));
  }
}
