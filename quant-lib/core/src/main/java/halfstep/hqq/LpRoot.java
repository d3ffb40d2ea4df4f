package halfstep.hqq;

/**
 * {@code x^e} in float32 for {@code x > 0} and {@code −1 ≤ e ≤ 0}: the shrinkage's power. Additions
 * and multiplications in a written order and no table, so that the twin on vectors gives the same
 * bits; {@code Math.pow} promises none. The relative error stays below 3e-6, below 1e-6 at the
 * default exponent −0.3.
 *
 * <pre>
 * x = m · 2^n, √½ ≤ m &lt; √2;   s = (m − 1)/(m + 1)
 * y = e · (n + 2/ln 2 · (s + s³/3 + s⁵/5 + s⁷/7 + s⁹/9))
 * x^e = 2^k · Σ ((y − k)·ln 2)^i / i!,   k = round(y),   i = 0 … 7
 * </pre>
 */
public final class LpRoot {

  /** Bits of √½: an exponent counts from there, so that m lies around 1. */
  public static final int ROOT_HALF = 0x3f3504f3;

  /** Coefficients of s⁹, s⁷, s⁵, s³ over that of s. */
  public static final float L9 = 1f / 9;

  /** See {@link #L9}. */
  public static final float L7 = 1f / 7;

  /** See {@link #L9}. */
  public static final float L5 = 1f / 5;

  /** See {@link #L9}. */
  public static final float L3 = 1f / 3;

  /** 2/ln 2. */
  public static final float TO_LOG2 = 2.885390082f;

  /** ln 2. */
  public static final float LN2 = 0.693147181f;

  /** 1/i! for i = 7 down to 2. */
  public static final float E7 = 1f / 5040;

  /** See {@link #E7}. */
  public static final float E6 = 1f / 720;

  /** See {@link #E7}. */
  public static final float E5 = 1f / 120;

  /** See {@link #E7}. */
  public static final float E4 = 1f / 24;

  /** See {@link #E7}. */
  public static final float E3 = 1f / 6;

  /** See {@link #E7}. */
  public static final float E2 = 0.5f;

  /** Adding it rounds to an integer, which the sum's lowest bits then hold. */
  public static final float SHIFT = 12582912f;

  private LpRoot() {}

  /**
   * {@code x^exponent}.
   *
   * @param x a normal float above 0
   * @param exponent −1 to 0
   */
  public static float of(float x, float exponent) {
    int bits = Float.floatToRawIntBits(x);
    int n = (bits - ROOT_HALF) >> 23;
    float m = Float.intBitsToFloat(bits - (n << 23));
    float s = (m - 1f) / (m + 1f);
    float s2 = s * s;
    float p = (((L9 * s2 + L7) * s2 + L5) * s2 + L3) * s2 + 1f;
    float y = (p * s * TO_LOG2 + n) * exponent;
    float shifted = y + SHIFT;
    float f = (y - (shifted - SHIFT)) * LN2;
    float sum = ((((((E7 * f + E6) * f + E5) * f + E4) * f + E3) * f + E2) * f + 1f) * f + 1f;
    int k = Float.floatToRawIntBits(shifted) << 23;
    return Float.intBitsToFloat(Float.floatToRawIntBits(sum) + k);
  }
}
