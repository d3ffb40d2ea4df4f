package halfstep.tensor;

/**
 * Functions of single elements that a transformer's block consists of beside its products. All
 * twins give the same bits: the steps of {@link #exp} in this order, each rounded to float32.
 */
public interface ElementKernel {

  /** Below it {@code exp} is 0: the result would not be a normal float32. */
  float LEAST = -87;

  /** Above it {@code exp} stays what it is here, 1.65e38. */
  float MOST = 88;

  /** Adding it rounds to the nearest integer, ties to even, in the float's last bits: 1.5 · 2²³. */
  float TO_INTEGER = 0x1.8p23f;

  /** 1/ln 2. */
  float LOG2_E = 1.44269504f;

  /** ln 2 in two parts; a small integer times the first is exact. */
  float LN2_HIGH = 0.693359375f;

  float LN2_LOW = -2.12194440e-4f;

  /** Coefficients of the exponential series from the seventh power down to the first. */
  float C7 = 1f / 5040;

  float C6 = 1f / 720;
  float C5 = 1f / 120;
  float C4 = 1f / 24;
  float C3 = 1f / 6;
  float C2 = 1f / 2;

  /**
   * {@code xᵢ ← exp((xᵢ − most) · scale)}.
   *
   * @param x overwritten from {@code from} (included) to {@code to} (excluded)
   */
  void exp(float[] x, int from, int to, float most, float scale);

  /**
   * {@code gᵢ ← gᵢ / (1 + exp(−gᵢ)) · uᵢ}: SwiGLU.
   *
   * @param g overwritten
   * @param u not modified
   * @param count of both
   */
  void swiGlu(float[] g, float[] u, int count);

  /**
   * The exponential, within 1.5 units in the last place.
   *
   * <p>With {@code n} the integer nearest to {@code x/ln 2} and {@code r = x − n·ln 2}, at most
   * 0.35 in size, it is {@code 2ⁿ · (1 + r + r²/2! + … + r⁷/7!)}; what is left out of the series is
   * below 6·10⁻⁹.
   */
  static float exp(float x) {
    if (x < LEAST) {
      return 0;
    }
    float bounded = x > MOST ? MOST : x;
    float shifted = Math.fma(bounded, LOG2_E, TO_INTEGER);
    float n = shifted - TO_INTEGER;
    float r = Math.fma(n, -LN2_LOW, Math.fma(n, -LN2_HIGH, bounded));
    float p = Math.fma(C7, r, C6);
    p = Math.fma(p, r, C5);
    p = Math.fma(p, r, C4);
    p = Math.fma(p, r, C3);
    p = Math.fma(p, r, C2);
    p = Math.fma(p, r, 1f);
    p = Math.fma(p, r, 1f);
    int exponent = Float.floatToRawIntBits(shifted) - Float.floatToRawIntBits(TO_INTEGER);
    return p * Float.intBitsToFloat((exponent + 127) << 23);
  }
}
