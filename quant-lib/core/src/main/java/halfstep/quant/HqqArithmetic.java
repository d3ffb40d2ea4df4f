package halfstep.quant;

import halfstep.tensor.Halves;

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

  /** What is left of a mean over the whole matrix, by which the walk stops. */
  public double mean(double exact) {
    return switch (this) {
      case FLOAT -> exact;
      case HALF -> Halves.half((float) exact);
    };
  }
}
