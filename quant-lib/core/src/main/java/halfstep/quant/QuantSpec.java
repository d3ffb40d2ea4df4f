package halfstep.quant;

import halfstep.tensor.Shape;

/**
 * What a quantized matrix looks like, whatever method finds it: {@code w ≈ (code − zero) · scale}
 * with one scale and one zero per group.
 *
 * @param bits width of a code
 * @param groupSize weights per group, or {@link #WHOLE} for a whole row (axis 1) or column (axis 0)
 * @param axis which weights form a group
 * @param zeroPoint what a zero may be
 */
public record QuantSpec(Bits bits, int groupSize, Axis axis, ZeroPoint zeroPoint) {

  /** A group size of one whole row (axis 1) or one whole column (axis 0), as hqq's None. */
  public static final int WHOLE = 0;

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

  /** For tables and charts: {@code 4 bit g64}, {@code 3 bit row axis 0}. */
  public String label() {
    String group = groupSize == WHOLE ? (axis == Axis.IN ? "row" : "column") : "g" + groupSize;
    return "%s bit %s%s".formatted(bits, group, axis == Axis.OUT ? " axis 0" : "");
  }
}
