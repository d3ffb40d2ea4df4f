package halfstep.quant;

/** The precision that the walk computes in. */
public enum HqqArithmetic {
  /** float32: hqq on a processor, and everything here. */
  FLOAT,
  /**
   * float16: hqq on CUDA. Each operation is taken in float32 and rounded once, sums are taken in
   * float32, and so scales and zeros have eleven bits. Codes are made of the unrounded weights at
   * the end (reference: hqq 0.2.8 {@code core/optimize.py}, optimize_weights_proximal_legacy).
   */
  HALF;

  /** The largest finite number of float16. */
  public static final float LARGEST_HALF = 65504f;

  /** What is left of a result in this precision; may become infinite in {@link #HALF}. */
  public float rounded(float x) {
    return this == FLOAT ? x : Float.float16ToFloat(Float.floatToFloat16(x));
  }
}
