package halfstep.quant;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How many bits a code has: the widths that hqq knows. */
public enum Bits {
  /** Codes 0 and 1. */
  ONE("1", 1),
  /** Ternary codes 0, 1, 2: log₂ 3 bits of information, stored in 2. */
  TERNARY("1.58", 2),
  /** Codes 0 to 3. */
  TWO("2", 3),
  /** Codes 0 to 7. */
  THREE("3", 7),
  /** Codes 0 to 15. */
  FOUR("4", 15),
  /** Codes 0 to 31. */
  FIVE("5", 31),
  /** Codes 0 to 63. */
  SIX("6", 63),
  /** Codes 0 to 255. */
  EIGHT("8", 255);

  private final String label;
  private final int maxCode;

  Bits(String label, int maxCode) {
    this.label = label;
    this.maxCode = maxCode;
  }

  /** As users write it: {@code "4"}, {@code "1.58"}. */
  public String label() {
    return label;
  }

  /** The largest code; the smallest is 0. */
  public int maxCode() {
    return maxCode;
  }

  /**
   * The width that {@code label} names.
   *
   * @throws IllegalArgumentException naming all widths, if there is none
   */
  public static Bits of(String label) {
    for (Bits bits : values()) {
      if (bits.label.equals(label.strip())) {
        return bits;
      }
    }
    throw new IllegalArgumentException(
        "%s bits are not supported; choose one of %s".formatted(label, labels()));
  }

  /** The width of {@code bits} whole bits. */
  public static Bits of(int bits) {
    return of(Integer.toString(bits));
  }

  /**
   * The middle code, 2^(bits − 1), which symmetric grids give to weight 0.
   *
   * @param rule names the grid in the refusal
   * @param least bits that the grid needs
   * @throws IllegalArgumentException if the width is no whole number of bits, or too small
   */
  public int middleCode(String rule, int least) {
    int middle = (maxCode + 1) / 2;
    if (this == TERNARY || middle < 1 << (least - 1)) {
      throw new IllegalArgumentException(
          "%s has no grid of %s bits; it takes whole widths from %d to 8 bits"
              .formatted(rule, this, least));
    }
    return middle;
  }

  private static String labels() {
    return Arrays.stream(values()).map(Bits::label).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }
}
