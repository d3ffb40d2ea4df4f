package halfstep.hqq;

/**
 * {@code x^p} for one {@code p} and many {@code x ≥ 0}, to seven digits: what reporting the l_p
 * objective at every step can afford. Splits {@code x = m · 2^e}, looks {@code 2^(pe)} up, and
 * interpolates {@code m^p} between 1025 points of [1, 2]; with 0 &lt; p ≤ 1 the relative error
 * stays below 3e-8.
 */
final class LpPower {

  private static final int MANTISSA_BITS = 23;
  private static final int INDEX_BITS = 10;
  private static final int REST_BITS = MANTISSA_BITS - INDEX_BITS;

  private final double[] ofExponent = new double[256];
  private final double[] ofMantissa = new double[(1 << INDEX_BITS) + 1];

  LpPower(float p) {
    for (int e = 0; e < ofExponent.length; e++) {
      ofExponent[e] = Math.pow(2, p * (e - 127.0));
    }
    for (int i = 0; i < ofMantissa.length; i++) {
      ofMantissa[i] = Math.pow(1 + i / (double) (1 << INDEX_BITS), p);
    }
    // numbers below 2⁻¹²⁶ count as 0
    ofExponent[0] = 0;
  }

  /** {@code magnitude^p}; {@code magnitude} finite and not negative. */
  double of(float magnitude) {
    int bits = Float.floatToRawIntBits(magnitude);
    int index = (bits >>> REST_BITS) & ((1 << INDEX_BITS) - 1);
    double rest = (bits & ((1 << REST_BITS) - 1)) / (double) (1 << REST_BITS);
    double below = ofMantissa[index];
    return ofExponent[bits >>> MANTISSA_BITS] * (below + rest * (ofMantissa[index + 1] - below));
  }
}
