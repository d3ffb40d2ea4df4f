package halfstep.export;

import halfstep.metric.LargestError;
import halfstep.quant.Codes;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
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

  private static final int ROWS = 64;

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
      largest = Math.max(largest, deviation(before.dequantized(), actual.weight(layer)));
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
    if (!before.rowsStandAlone() || !after.rowsStandAlone()) {
      return deviation(before.dequantized(), after.dequantized());
    }
    return LargestError.between(before, after).relative();
  }

  private static double deviation(Matrix before, Matrix after) {
    double[] both = largest(before, after);
    return both[1] == 0 ? both[0] : both[0] / both[1];
  }

  /** The largest of all, whatever the order in which rows are looked at. */
  private static double[] largest(Matrix before, Matrix after) {
    double[][] byBlock = new double[Math.toIntExact(Math.ceilDiv(before.rows(), ROWS))][];
    Parallel.blocks(
        byBlock.length,
        "reading back",
        block -> byBlock[(int) block] = largest(before, after, block * ROWS));
    double largest = 0;
    double size = 0;
    for (double[] block : byBlock) {
      largest = Math.max(largest, block[0]);
      size = Math.max(size, block[1]);
    }
    return new double[] {largest, size};
  }

  /** Of some rows, the largest |ŵ − ŵ'| and the largest |ŵ|. */
  private static double[] largest(Matrix before, Matrix after, long firstRow) {
    int cols = Math.toIntExact(before.cols());
    float[] a = new float[cols];
    float[] b = new float[cols];
    double largest = 0;
    float size = 0;
    for (long r = firstRow; r < Math.min(firstRow + ROWS, before.rows()); r++) {
      before.read(r * cols, a, 0, cols);
      after.read(r * cols, b, 0, cols);
      for (int c = 0; c < cols; c++) {
        largest = Math.max(largest, Math.abs(a[c] - b[c]));
        size = Math.max(size, Math.abs(a[c]));
      }
    }
    return new double[] {largest, size};
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
