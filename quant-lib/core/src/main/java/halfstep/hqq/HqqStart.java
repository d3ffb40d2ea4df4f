package halfstep.hqq;

import halfstep.quant.AffineGrid;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.Rounding;
import halfstep.tensor.Halves;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/**
 * The grids that a walk starts on.
 *
 * @param inverseScales one per group; computed first, so not exactly 1/scale
 * @param params scales and zeros of the start
 * @param meanScale mean of the scales over all groups
 */
record HqqStart(Matrix inverseScales, GroupParams params, float meanScale) {

  private static final int OFFSETS = 129;
  private static final double REACH = 0.05;

  /**
   * Grids that span each group's range.
   *
   * @param w weights, {@code out × in}; not modified
   * @param roundZero whether the zeros are moved to the nearest whole number
   */
  static HqqStart ofRanges(Matrix w, QuantSpec spec, boolean roundZero) {
    Grouping grouping = spec.grouping(w.shape());
    Shape shape = grouping.paramShape();
    Matrix inverse = Matrix.zeros(shape.rows(), shape.cols());
    Matrix scales = Matrix.zeros(shape.rows(), shape.cols());
    Matrix zeros = Matrix.zeros(shape.rows(), shape.cols());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "HQQ",
        (values, first, count) -> {
          for (int g = 0; g < count; g++) {
            AffineGrid grid = AffineGrid.of(values, g * size, size, spec);
            inverse.put(first + g, grid.inverseScale());
            scales.put(first + g, grid.scale());
            zeros.put(first + g, roundZero ? Rounding.halfEven(grid.zero()) : grid.zero());
          }
        });
    return new HqqStart(inverse, new GroupParams(scales, zeros), mean(scales));
  }

  /**
   * For each group the best of 129 inverse scales around its own, judged by mean |w − ŵ| with the
   * codes of this start (reference: hqq {@code core/optimize.py}, scale_gridsearch; there along
   * axis 0 only).
   */
  HqqStart searched(Matrix w, QuantSpec spec) {
    Grouping grouping = spec.grouping(w.shape());
    Shape shape = grouping.paramShape();
    Matrix inverse = Matrix.zeros(shape.rows(), shape.cols());
    Matrix scales = Matrix.zeros(shape.rows(), shape.cols());
    double reach = REACH * mean(inverseScales);
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "HQQ's scale search",
        (values, first, count) -> {
          float[] codes = new float[size];
          for (int g = 0; g < count; g++) {
            float t = inverseScales.at(first + g);
            float z = params.zero(first + g);
            for (int i = 0; i < size; i++) {
              codes[i] = Rounding.code(values[g * size + i] * t + z, spec.maxCode());
            }
            float best = best(values, g * size, codes, t, z, reach);
            inverse.put(first + g, best);
            scales.put(first + g, best == t ? params.scale(first + g) : 1f / best);
          }
        });
    return new HqqStart(inverse, new GroupParams(scales, params.zeros()), mean(scales));
  }

  /**
   * The same, rounded to float16.
   *
   * @throws IllegalArgumentException if a weight or a zero is beyond it
   */
  HqqStart inHalfPrecision(Matrix w) {
    requireHalf(w, "weight");
    Shape shape = new Shape(inverseScales.rows(), inverseScales.cols());
    Matrix inverse = Matrix.zeros(shape.rows(), shape.cols());
    Matrix scales = Matrix.zeros(shape.rows(), shape.cols());
    Matrix zeros = Matrix.zeros(shape.rows(), shape.cols());
    for (long g = 0; g < inverse.size(); g++) {
      float t = Halves.half(inverseScales.at(g));
      inverse.put(g, t);
      scales.put(g, Halves.half(1f / t));
      zeros.put(g, Halves.half(params.zero(g)));
    }
    requireHalf(zeros, "zero");
    return new HqqStart(inverse, new GroupParams(scales, zeros), mean(scales));
  }

  private static void requireHalf(Matrix values, String what) {
    for (long i = 0; i < values.size(); i++) {
      if (!(Math.abs(values.at(i)) <= Halves.LARGEST_FLOAT16)) {
        throw new IllegalArgumentException(
            "half precision holds numbers up to 65504, but %s %d is %s; solve in float32"
                .formatted(what, i, values.at(i)));
      }
    }
  }

  /** The group's own inverse scale unless another one is strictly better. */
  private static float best(float[] w, int from, float[] codes, float t, float z, double reach) {
    float best = t;
    double least = error(w, from, codes, t, z);
    for (int k = 0; k < OFFSETS; k++) {
      float candidate = (float) (t + reach * (2.0 * k / (OFFSETS - 1) - 1));
      // a step far above the mean could otherwise get a negative one
      double error = candidate > 0 ? error(w, from, codes, candidate, z) : least;
      if (error < least) {
        least = error;
        best = candidate;
      }
    }
    return best;
  }

  private static double error(float[] w, int from, float[] codes, float t, float z) {
    double sum = 0;
    for (int i = 0; i < codes.length; i++) {
      sum += Math.abs(w[from + i] - (codes[i] - z) / t);
    }
    return sum;
  }

  private static float mean(Matrix values) {
    double sum = 0;
    for (long i = 0; i < values.size(); i++) {
      sum += values.at(i);
    }
    return (float) (sum / values.size());
  }
}
