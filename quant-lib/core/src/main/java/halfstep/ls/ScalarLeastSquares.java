package halfstep.ls;

import halfstep.quant.Rounding;
import java.util.Arrays;

/** {@link LeastSquaresKernel} in plain loops. */
final class ScalarLeastSquares implements LeastSquaresKernel {

  @Override
  public void round(
      float[] w,
      float[] h,
      int from,
      int size,
      float inverse,
      float zero,
      float scale,
      int maxCode,
      float[] codes,
      float[] lanes) {
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int i = 0; i < size; i++) {
      float q = Rounding.code(w[from + i] * inverse + zero, maxCode);
      float r = w[from + i] - (q - zero) * scale;
      codes[i] = q;
      lanes[i % LANES] += h[from + i] * r * r;
    }
  }

  @Override
  public void weighted(float[] h, int from, float[] v, int at, int size, float[] lanes) {
    Arrays.fill(lanes, 0, LANES, 0f);
    for (int i = 0; i < size; i++) {
      lanes[i % LANES] += h[from + i] * v[at + i];
    }
  }

  @Override
  public void moments(
      float[] w,
      float[] h,
      int from,
      int size,
      float[] codes,
      float meanCode,
      float meanWeight,
      float[] lanes) {
    Arrays.fill(lanes, 0, 2 * LANES, 0f);
    for (int i = 0; i < size; i++) {
      float q = codes[i] - meanCode;
      float weighted = h[from + i] * q;
      lanes[i % LANES] += weighted * q;
      lanes[LANES + i % LANES] += weighted * (w[from + i] - meanWeight);
    }
  }
}
