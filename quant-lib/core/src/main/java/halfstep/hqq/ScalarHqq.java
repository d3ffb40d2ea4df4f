package halfstep.hqq;

import halfstep.quant.GroupRange;
import halfstep.quant.Rounding;
import java.util.Arrays;

/** {@link HqqKernel} in plain loops. */
public final class ScalarHqq implements HqqKernel {

  @Override
  public void range(float[] w, int from, int size, float[] ends) {
    GroupRange range = GroupRange.of(w, from, size);
    ends[0] = range.least();
    ends[1] = range.most();
  }

  @Override
  public float recentre(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float scale,
      int maxCode,
      float[] lanes) {
    Arrays.fill(lanes, 0f);
    float most = 0;
    for (int first = 0; first < size; first += LANES) {
      int count = Math.min(LANES, size - first);
      for (int lane = 0; lane < count; lane++) {
        int i = first + lane;
        // q = clamp(round(w·t + z), 0, Q)
        float q = Rounding.code(scaled[i] + zero, maxCode);
        // r = w − ŵ,  ŵ = (q − z)·s
        float r = Math.abs(w[from + i] - (q - zero) * scale);
        lanes[lane] += q - scaled[i];
        lanes[LANES + lane] += r;
        most = Math.max(most, r);
      }
    }
    return most;
  }

  @Override
  public void shrunk(
      float[] w,
      int from,
      float[] scaled,
      int size,
      float zero,
      float inverse,
      int maxCode,
      ShrinkLp shrink,
      float[] lanes) {
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int i = 0; i < size; i++) {
      lanes[i % LANES] += target(w[from + i], scaled[i], zero, inverse, maxCode, shrink);
    }
  }

  /**
   * The zero that one weight alone would like: q − (w − e)·t.
   *
   * @param scaled w·t
   * @param inverse t
   */
  public static float target(
      float w, float scaled, float zero, float inverse, int maxCode, ShrinkLp shrink) {
    float q = Rounding.code(scaled + zero, maxCode);
    float e = shrink.apply(w - (q - zero) / inverse);
    return q - (w - e) * inverse;
  }

  @Override
  public void codes(float[] scaled, int size, float zero, int maxCode, int[] codes) {
    for (int i = 0; i < size; i++) {
      codes[i] = (int) Rounding.code(scaled[i] + zero, maxCode);
    }
  }
}
