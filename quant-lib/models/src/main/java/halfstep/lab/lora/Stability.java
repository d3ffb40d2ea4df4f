package halfstep.lab.lora;

import halfstep.metric.PairedComparison;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * How steady the gradient norms of a run are, its warm-up left out.
 *
 * @param median of the norms
 * @param largest over the median
 * @param variation their standard deviation over their mean
 * @param notFinite steps whose loss or norm was NaN or infinite
 * @param ratio geometric mean of the norms over those of the full-precision run, step by step on
 *     the same batches; NaN if a norm is not finite
 * @param low lower end of the ratio's 95 % interval, over steps
 * @param high its upper end
 * @param rougher how much more the norm changes from step to step than in the full-precision run:
 *     mean of |Δ log norm| less the same there, in pairs; empty if a norm is not finite
 */
public record Stability(
    double median,
    double largest,
    double variation,
    int notFinite,
    double ratio,
    double low,
    double high,
    Optional<PairedComparison> rougher) {

  /**
   * @param steps of the run
   * @param reference as many steps of the full-precision run
   * @param warmup steps to leave out, as long as three are left
   */
  static Stability of(List<LoraStep> steps, List<LoraStep> reference, int warmup, long seed) {
    int from = Math.min(warmup, steps.size() - 3);
    double[] norms = norms(steps, from);
    double[] sorted = norms.clone();
    Arrays.sort(sorted);
    double median = sorted[sorted.length / 2];
    double mean = Arrays.stream(norms).average().orElseThrow();
    double square = Arrays.stream(norms).map(norm -> (norm - mean) * (norm - mean)).sum();
    int notFinite = notFinite(steps);
    double variation = Math.sqrt(square / (norms.length - 1)) / mean;
    double largest = sorted[sorted.length - 1] / median;
    if (notFinite + notFinite(reference) > 0) {
      double nan = Double.NaN;
      return new Stability(median, largest, variation, notFinite, nan, nan, nan, Optional.empty());
    }
    double[] own = logs(norms);
    double[] full = logs(norms(reference, from));
    PairedComparison ratio = PairedComparison.of(own, full, seed);
    return new Stability(
        median,
        largest,
        variation,
        0,
        Math.exp(ratio.meanDifference()),
        Math.exp(ratio.low()),
        Math.exp(ratio.high()),
        Optional.of(PairedComparison.of(changes(own), changes(full), seed)));
  }

  private static int notFinite(List<LoraStep> steps) {
    return (int)
        steps.stream()
            .filter(step -> !Double.isFinite(step.loss()) || !Double.isFinite(step.gradientNorm()))
            .count();
  }

  /** |x(t + 1) − x(t)| */
  private static double[] changes(double[] values) {
    double[] changes = new double[values.length - 1];
    for (int t = 0; t < changes.length; t++) {
      changes[t] = Math.abs(values[t + 1] - values[t]);
    }
    return changes;
  }

  private static double[] norms(List<LoraStep> steps, int from) {
    return steps.stream().skip(from).mapToDouble(LoraStep::gradientNorm).toArray();
  }

  private static double[] logs(double[] values) {
    return Arrays.stream(values).map(Math::log).toArray();
  }
}
