package halfstep.gptq;

import halfstep.quant.Gptq;
import halfstep.quant.Rounding;

/**
 * GPTQ's grid of one group: {@code code = clamp(round(w / scale) + zero)}, {@code ŵ = (code −
 * zero)·scale}, with a whole zero. Unlike AWQ's, it always reaches 0.
 *
 * @param scale step between neighbouring codes, positive
 * @param zero the code of weight 0, 0 to maxCode
 * @param maxCode the largest code
 * @see <a href="https://github.com/IST-DASLab/gptq">reference</a>: {@code quant.py},
 *     Quantizer.find_params
 */
record GptqGrid(float scale, float zero, int maxCode) {

  /** The search shrinks the range by up to 80 %, in hundredths. */
  private static final int SHRINKS = 80;

  private static final double NORM = 2.4;

  /** Ranges below it count as 0, so that no scale underflows; the reference knows only 0 itself. */
  private static final float LEAST_RANGE = 1e-30f;

  /**
   * The grid of a group's range.
   *
   * @param w holds the group; not modified
   */
  static GptqGrid of(float[] w, int from, int size, Gptq config, int maxCode) {
    // xmin = min(0, min), xmax = max(0, max)
    float least = 0;
    float most = 0;
    for (int i = from; i < from + size; i++) {
      least = Math.min(least, w[i]);
      most = Math.max(most, w[i]);
    }
    if (config.symmetric()) {
      most = Math.max(Math.abs(least), most);
      // a group without negative weights keeps its one-sided range, as in the reference
      least = least < 0 ? -most : least;
    }
    if (most - least < LEAST_RANGE) {
      least = -1;
      most = 1;
    }
    GptqGrid whole = spanning(least, most, config, maxCode);
    return config.mse() ? whole.shrunk(w, from, size, least, most, config) : whole;
  }

  private static GptqGrid spanning(float least, float most, Gptq config, int maxCode) {
    // s = (xmax − xmin) / Q
    float scale = (most - least) / maxCode;
    // z = round(−xmin / s), or the middle
    float zero = config.symmetric() ? (maxCode + 1) / 2f : Rounding.halfEven(-least / scale);
    return new GptqGrid(scale, zero, maxCode);
  }

  /** The best of 80 shrunken ranges in Σ|ŵ − w|^2.4; the first of equals. */
  private GptqGrid shrunk(float[] w, int from, int size, float least, float most, Gptq config) {
    GptqGrid best = this;
    double bestError = Double.POSITIVE_INFINITY;
    for (int i = 0; i < SHRINKS; i++) {
      float share = (float) (1 - i / 100.0);
      GptqGrid grid = spanning(share * least, share * most, config, maxCode);
      double error = 0;
      for (int k = from; k < from + size; k++) {
        error += Math.pow(Math.abs(grid.value(grid.code(w[k])) - w[k]), NORM);
      }
      if (error < bestError) {
        best = grid;
        bestError = error;
      }
    }
    return best;
  }

  /** q = clamp(round(w / s) + z, 0, Q) */
  float code(float w) {
    return Math.min(Math.max(Rounding.halfEven(w / scale) + zero, 0f), maxCode);
  }

  /** ŵ = s·(q − z) */
  float value(float code) {
    return scale * (code - zero);
  }
}
