package halfstep.magics.table;

import halfstep.metric.ErrorMetrics;

/**
 * What one way of solving a layer leaves.
 *
 * @param variant its name or parameters
 * @param iterations that were taken; 0 for rounding
 * @param error of the weights
 * @param meanLp mean of |w − ŵ|^p with hqq's p of 0.7
 * @param bitsPerWeight with scales and zeros
 */
public record VariantError(
    String variant, int iterations, ErrorMetrics error, double meanLp, double bitsPerWeight) {}
