package halfstep.quant;

/** Rounding as torch rounds: to the nearest integer, ties to even. */
public final class Rounding {

  /** Adding this to a float of magnitude below 2²² leaves no room for fractional bits. */
  private static final float SHIFT = 12582912f; // 1.5 · 2²³

  private Rounding() {}

  /**
   * The code nearest to {@code x}, 0 to {@code maxCode}.
   *
   * <p>Clamps first: the limits are integers, so the result is that of rounding first, and the
   * shift is exact.
   */
  public static float code(float x, float maxCode) {
    float clamped = Math.min(Math.max(x, 0f), maxCode);
    return (clamped + SHIFT) - SHIFT;
  }

  /** As {@link #halfEven} for magnitudes below 2²², without a call that keeps loops scalar. */
  static float small(float x) {
    return (x + SHIFT) - SHIFT;
  }

  /** The nearest integer, ties to even, for any finite float. */
  public static float halfEven(float x) {
    return (float) Math.rint(x);
  }
}
