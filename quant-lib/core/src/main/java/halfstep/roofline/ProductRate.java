package halfstep.roofline;

import halfstep.metric.Timing;
import java.util.Locale;

/**
 * How long a product {@code Y = X · Wᵀ} takes.
 *
 * @param weights how W lies in memory, such as {@code float32} or {@code 4 bit g64}
 * @param rows rows of X
 * @param bytes read and written once each: weights as they lie, inputs, outputs
 * @param flops multiplications and additions
 * @param timing of one product
 */
public record ProductRate(String weights, int rows, long bytes, long flops, Timing timing) {

  /** Operations per byte. */
  public double intensity() {
    return (double) flops / bytes;
  }

  /** At the median. */
  public double bytesPerSecond() {
    return timing.perSecond(bytes);
  }

  /** At the median. */
  public double flopsPerSecond() {
    return timing.perSecond(flops);
  }

  /** What is reached of what a machine allows; 1 for all. */
  public double share(Roofline roofline) {
    return flopsPerSecond() / roofline.attainable(intensity());
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s × %d: %.3f ms, %.1f GB/s, %.1f GFLOP/s",
        weights,
        rows,
        timing.quantile(0.5) / 1e6,
        bytesPerSecond() / 1e9,
        flopsPerSecond() / 1e9);
  }
}
