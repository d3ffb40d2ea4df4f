package halfstep.metric;

import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * How far weights lie from their grid points, counted in steps of their own group: {@code (w − ŵ) /
 * scale}, from −1 to 1. Rounding to nearest leaves half a step at most, spread evenly; clipping and
 * moved grids leave more.
 *
 * @param counts weights per bin of equal width, from −1 on
 * @param below weights more than a step below their grid point
 * @param above weights more than a step above it
 */
public record ResidualHistogram(List<Long> counts, long below, long above) {

  /** Takes a copy of the list. */
  public ResidualHistogram {
    counts = List.copyOf(counts);
  }

  /**
   * Counts.
   *
   * @param w {@code out × in}; not modified
   * @param q its quantized form, without channel scales or a group index
   * @param bins between −1 and 1, at least 1; an odd number has one around 0
   * @throws halfstep.tensor.ShapeException if the shapes differ
   * @throws IllegalArgumentException if steps differ inside a group, because channels were rescaled
   *     or reordered
   */
  public static ResidualHistogram of(Matrix w, QuantizedMatrix q, int bins) {
    if (q.channelScales() != null || q.groupIndex() != null) {
      throw new IllegalArgumentException(
          "residuals are counted in steps of consecutive groups, but these weights have %s; compare dequantized() with the original by ErrorMetrics"
              .formatted(q.channelScales() == null ? "a group index" : "channel scales"));
    }
    Grouping grouping = q.spec().grouping(w.shape());
    Matrix approximation = q.dequantized();
    int size = grouping.size();
    long[] counts = new long[bins + 2];
    for (long group = 0; group < grouping.groups(); group++) {
      float[] from = new float[size];
      float[] to = new float[size];
      grouping.read(w, group, 1, from);
      grouping.read(approximation, group, 1, to);
      double step = q.params().scale(group);
      for (int i = 0; i < size; i++) {
        counts[bin(((double) from[i] - to[i]) / step, bins)]++;
      }
    }
    List<Long> inside = new ArrayList<>();
    for (int bin = 0; bin < bins; bin++) {
      inside.add(counts[bin + 1]);
    }
    return new ResidualHistogram(inside, counts[0], counts[bins + 1]);
  }

  /** Bin 0 holds what is below −1, the last one what is above 1. */
  private static int bin(double steps, int bins) {
    if (steps < -1) {
      return 0;
    }
    return steps > 1 ? bins + 1 : Math.min(bins, 1 + (int) ((steps + 1) / 2 * bins));
  }

  /** Width of a bin, in steps. */
  public double width() {
    return 2.0 / counts.size();
  }

  /** The middle of a bin, in steps. */
  public double middle(int bin) {
    return -1 + (bin + 0.5) * width();
  }

  /** All weights. */
  public long total() {
    return below + above + counts.stream().mapToLong(Long::longValue).sum();
  }

  /** Share of the weights that lie more than a step from their grid points, 0 to 1. */
  public double outside() {
    return total() == 0 ? 0 : (double) (below + above) / total();
  }

  /** The fullest bin's count. */
  public long highest() {
    return Collections.max(counts);
  }
}
