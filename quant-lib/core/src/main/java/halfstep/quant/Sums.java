package halfstep.quant;

/**
 * The one summation order. Every sum that decides a code is taken in it, on every path and device,
 * so that codes agree bit for bit: element {@code i} goes to lane {@code i mod 16}, in order; the
 * lanes then fold 16 → 8 → 4 → 2 → 1. float32, no fused multiply-add.
 */
public final class Sums {

  /** Number of lanes: one 512-bit vector of float32. */
  public static final int LANES = 16;

  private Sums() {}

  /**
   * The sum of {@code count} elements in float32.
   *
   * @param values not modified
   */
  public static float sum(float[] values, int from, int count) {
    float[] lanes = new float[LANES];
    int i = 0;
    for (; i + LANES <= count; i += LANES) {
      for (int lane = 0; lane < LANES; lane++) {
        lanes[lane] += values[from + i + lane];
      }
    }
    for (int lane = 0; i < count; i++, lane++) {
      lanes[lane] += values[from + i];
    }
    for (int half = LANES / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        lanes[lane] += lanes[lane + half];
      }
    }
    return lanes[0];
  }

  /** The mean of {@code count} elements: {@link #sum}, then one division, as torch's mean. */
  public static float mean(float[] values, int from, int count) {
    return sum(values, from, count) / count;
  }

  /**
   * Sixteen lanes folded: the second half of {@link #sum}.
   *
   * @param lanes not modified
   * @param from index of the first lane
   */
  public static float folded(float[] lanes, int from) {
    float a = (lanes[from] + lanes[from + 8]) + (lanes[from + 4] + lanes[from + 12]);
    float b = (lanes[from + 1] + lanes[from + 9]) + (lanes[from + 5] + lanes[from + 13]);
    float c = (lanes[from + 2] + lanes[from + 10]) + (lanes[from + 6] + lanes[from + 14]);
    float d = (lanes[from + 3] + lanes[from + 11]) + (lanes[from + 7] + lanes[from + 15]);
    return (a + c) + (b + d);
  }
}
