package halfstep.awq;

import halfstep.quant.Codes;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.Locale;

/**
 * The limit chosen for each group.
 *
 * @param spec how weights are grouped
 * @param limits largest magnitude allowed, {@code out × in/g}; shared, not to be modified
 * @param errors error under the chosen limits, same shape; shared, not to be modified
 * @param unclipped error without clipping, same shape; shared, not to be modified
 * @param chosen index of the chosen step, same shape
 */
public record Clipping(
    QuantSpec spec, Matrix limits, Matrix errors, Matrix unclipped, Codes chosen) {

  /** Refuses shapes that differ. */
  public Clipping {
    errors.requireShape(limits.shape(), "the limits' matrix");
    unclipped.requireShape(limits.shape(), "the limits' matrix");
    if (!chosen.shape().equals(limits.shape())) {
      throw new ShapeException(
          "chosen steps are %s, but limits are %s; one for each group"
              .formatted(chosen.shape(), limits.shape()));
    }
  }

  /**
   * Clamps each group to its limit.
   *
   * @param w the weights that were searched, {@code out × in}; not modified
   * @return a new matrix
   * @throws halfstep.tensor.ShapeException if the limits belong to another shape
   */
  public Matrix applied(Matrix w) {
    Grouping grouping = spec.grouping(w.shape());
    limits.requireShape(grouping.paramShape(), "the shape of the groups of " + w.shape());
    Matrix clipped = Matrix.zeros(w.rows(), w.cols());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "clipping",
        (values, first, count) -> {
          for (int i = 0; i < values.length; i++) {
            float limit = limits.at(first + i / size);
            values[i] = Math.min(Math.max(values[i], -limit), limit);
          }
          grouping.write(clipped, first, count, values);
        });
    return clipped;
  }

  /** Share of groups that are clipped at all. */
  public double shareClipped() {
    long clipped = 0;
    for (long group = 0; group < limits.size(); group++) {
      clipped += chosen.at(group) > 0 ? 1 : 0;
    }
    return (double) clipped / limits.size();
  }

  /** Mean error under the chosen limits over the mean error without clipping; at most 1. */
  public double errorRatio() {
    double before = mean(unclipped);
    return before == 0 ? 1 : mean(errors) / before;
  }

  static double mean(Matrix values) {
    double sum = 0;
    for (long i = 0; i < values.size(); i++) {
      sum += values.at(i);
    }
    return sum / values.size();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d groups, %.1f %% clipped, error × %.3f",
        limits.size(),
        100 * shareClipped(),
        errorRatio());
  }
}
