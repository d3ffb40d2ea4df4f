package halfstep.export;

import halfstep.metric.LargestError;
import halfstep.quant.Codes;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Parallel;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Written files, read again and compared with what was to be written.
 *
 * @param layers compared
 * @param codesDiffering of all layers
 * @param largestDeviation of a weight, over the largest weight of its layer: what float16 scales
 *     and zeros cost, or a coarser format
 */
public record ReadBack(int layers, long codesDiffering, double largestDeviation) {

  /**
   * @param lossless whether codes must come back as they were
   * @throws ExportException if a layer is not what was written
   */
  static ReadBack of(
      QuantizedModel expected, WrittenModel actual, boolean lossless, Consumer<String> done) {
    double largest = 0;
    for (String layer : expected.layers()) {
      Parallel.checkInterrupt("reading back " + layer);
      QuantizedMatrix before = expected.layer(layer);
      if (lossless) {
        requireSame(layer, before.codes(), actual.codes(layer));
      }
      largest =
          Math.max(
              largest, LargestError.between(before.dequantized(), actual.weight(layer)).relative());
      done.accept(layer);
    }
    return new ReadBack(expected.layers().size(), 0, largest);
  }

  private static void requireSame(String layer, Codes before, Codes after) {
    long different = before.countDifferent(after);
    if (different > 0) {
      throw ExportException.ofLayer(
          layer,
          "%d codes came back otherwise than they were written; nothing is left behind, please report this"
              .formatted(different));
    }
  }

  /**
   * Of one layer, the largest deviation of a weight over the largest weight, some rows at a time.
   *
   * @throws ExportException if a code is not what was written
   */
  static double deviation(String layer, QuantizedMatrix before, QuantizedMatrix after) {
    requireSame(layer, before.codes(), after.codes());
    return LargestError.between(before, after).relative();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "read back: %d layers, %d codes differ, weights within %.1e of the layer's largest",
        layers,
        codesDiffering,
        largestDeviation);
  }
}
