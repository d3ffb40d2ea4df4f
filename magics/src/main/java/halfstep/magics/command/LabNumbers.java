package halfstep.magics.command;

import halfstep.quant.Bits;

/** Numbers of the laboratory's lines, refused outside their range. */
final class LabNumbers {

  private LabNumbers() {}

  static void atLeast(String option, long value, long least) {
    if (value < least) {
      throw new UsageException("%s %d: a whole number from %d on".formatted(option, value, least));
    }
  }

  /** A whole number of bits: the laboratory compares widths by their number. */
  static int whole(Bits bits) {
    if (bits == Bits.TERNARY) {
      throw new UsageException(
          "%s bits are none of this experiment's widths; take a whole number such as 2"
              .formatted(bits));
    }
    return Integer.parseInt(bits.label());
  }
}
