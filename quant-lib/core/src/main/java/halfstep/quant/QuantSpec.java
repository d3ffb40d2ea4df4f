package halfstep.quant;

import halfstep.tensor.Shape;

/**
 * What a quantized matrix looks like, whatever method finds it: {@code w ≈ (code − zero) · scale}
 * with one scale and one zero per group.
 *
 * @param bits width of a code
 * @param groupSize weights per group, {@link #WHOLE} for a whole row (axis 1) or column (axis 0),
 *     or {@link #TENSOR} for one group in all
 * @param axis which weights form a group
 * @param zeroPoint what a zero may be
 */
public record QuantSpec(Bits bits, int groupSize, Axis axis, ZeroPoint zeroPoint) {

  /** A group size of one whole row (axis 1) or one whole column (axis 0), as hqq's None. */
  public static final int WHOLE = 0;

  /**
   * A group size of the whole matrix: one scale and one zero in all, as hqq's channel_wise False.
   */
  public static final int TENSOR = Integer.MAX_VALUE;

  /** Refuses negative group sizes; whether a size divides a matrix is {@link Grouping}'s to say. */
  public QuantSpec {
    if (groupSize < 0) {
      throw new IllegalArgumentException(
          "groupSize %d is negative; use a size such as 64, or \"row\"".formatted(groupSize));
    }
  }

  /** The common case: float zeros, groups of inputs of one row. */
  public static QuantSpec of(int bits, int groupSize) {
    return new QuantSpec(Bits.of(bits), groupSize, Axis.IN, ZeroPoint.FLOAT);
  }

  /** The same with another group size. */
  public QuantSpec withGroup(int other) {
    return new QuantSpec(bits, other, axis, zeroPoint);
  }

  /** The same with another axis. */
  public QuantSpec with(Axis other) {
    return new QuantSpec(bits, groupSize, other, zeroPoint);
  }

  /** The same with another kind of zero. */
  public QuantSpec with(ZeroPoint other) {
    return new QuantSpec(bits, groupSize, axis, other);
  }

  /** The largest code. */
  public int maxCode() {
    return bits.maxCode();
  }

  /** Where the groups of a matrix of this shape lie. */
  public Grouping grouping(Shape shape) {
    return new Grouping(shape, this);
  }

  /**
   * For tables and charts: {@code 4 bit g64}, {@code 3 bit column axis 0}, {@code 8 bit tensor}.
   */
  public String label() {
    return switch (groupSize) {
      case TENSOR -> "%s bit tensor".formatted(bits);
      case WHOLE -> axis == Axis.IN ? bits + " bit row" : bits + " bit column axis 0";
      default -> "%s bit g%d%s".formatted(bits, groupSize, axis == Axis.OUT ? " axis 0" : "");
    };
  }
}
