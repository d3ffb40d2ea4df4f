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

  private static String labels() {
    return Arrays.stream(values()).map(Bits::label).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return label;
  }
}
