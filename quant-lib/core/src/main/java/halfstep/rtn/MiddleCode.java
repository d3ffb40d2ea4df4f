package halfstep.rtn;

import halfstep.quant.Bits;

/** The middle code of symmetric grids. */
final class MiddleCode {

  private MiddleCode() {}

  /**
   * 2^(b−1).
   *
   * @param rule names the grid in the refusal
   * @param least bits that the grid needs
   * @throws IllegalArgumentException if the width is no whole number of bits, or too small
   */
  static int of(Bits bits, String rule, int least) {
    boolean whole = bits != Bits.TERNARY;
    int half = (bits.maxCode() + 1) / 2;
    if (!whole || half < 1 << (least - 1)) {
      throw new IllegalArgumentException(
          "%s has no grid of %s bits; it takes whole widths from %d to 8 bits"
              .formatted(rule, bits, least));
    }
    return half;
  }
}
