package halfstep.quant;

/**
 * The grid of one group: {@code code = clamp(round(w · inverseScale + zero))} for float zeros,
 * {@code clamp(round(w / scale) + zero)} for integer ones; {@code ŵ = (code − zero) · scale}.
 *
 * @param scale step between neighbouring codes, positive
 * @param inverseScale what weights are multiplied by: computed first for float zeros, so it is not
 *     exactly 1/scale
 * @param zero the code of weight 0, in code units
 * @param maxCode the largest code
 * @param zeroPoint which of the two roundings holds
 */
public record AffineGrid(
    float scale, float inverseScale, float zero, int maxCode, ZeroPoint zeroPoint) {

  /** Below this range hqq leaves a group's scale at 1. */
  private static final float LEAST_RANGE = 1e-4f;

  /** hqq's bound on the inverse scale. */
  private static final float MOST_INVERSE_SCALE = 2e4f;

  /** AutoAWQ's least range of a group. */
  private static final float LEAST_AWQ_RANGE = 1e-5f;

  /**
   * The grid that spans a group's minimum and maximum.
   *
   * @param w holds the group; not modified
   * @param from index of the group's first element
   * @param size number of elements
   */
  public static AffineGrid of(float[] w, int from, int size, QuantSpec spec) {
    GroupRange range = GroupRange.of(w, from, size);
    return switch (spec.zeroPoint()) {
      case FLOAT -> floatZero(range, spec.maxCode());
      case INTEGER -> integerZero(range, spec.maxCode());
      case SYMMETRIC -> symmetric(range, spec.bits());
    };
  }

  /** hqq's grid: the range's ends are met exactly, the zero is any float. */
  public static AffineGrid floatZero(GroupRange range, int maxCode) {
    // t = Q / (max − min)
    float inverse =
        range.width() <= LEAST_RANGE ? 1f : Math.min(maxCode / range.width(), MOST_INVERSE_SCALE);
    // z = −min · t
    return new AffineGrid(
        1f / inverse, inverse, -range.least() * inverse, maxCode, ZeroPoint.FLOAT);
  }

  /** AWQ's grid: the zero is a code, so a group far from 0 saturates. */
  public static AffineGrid integerZero(GroupRange range, int maxCode) {
    // s = max(max − min, 1e-5) / Q
    float scale = Math.max(range.width(), LEAST_AWQ_RANGE) / maxCode;
    // z = clamp(−round(min / s), 0, Q)
    float zero = clamp(-Rounding.halfEven(range.least() / scale), 0f, maxCode);
    return integer(scale, zero, maxCode);
  }

  /**
   * AWQ's grid without zero points: the largest magnitude is the largest signed code, and the zero
   * of every group is the middle code.
   *
   * @throws IllegalArgumentException for 1 and 1.58 bits, which have no such grid
   */
  public static AffineGrid symmetric(GroupRange range, Bits bits) {
    int middle = bits.middleCode("symmetric rounding", 2);
    // s = max(max|w|, 1e-5) / (2^(b−1) − 1)
    float scale = Math.max(range.magnitude(), LEAST_AWQ_RANGE) / (middle - 1);
    return integer(scale, middle, bits.maxCode());
  }

  /** A grid with a given step whose zero is a code. */
  public static AffineGrid integer(float scale, float zero, int maxCode) {
    return new AffineGrid(scale, 1f / scale, zero, maxCode, ZeroPoint.INTEGER);
  }

  /** The code nearest to a weight. */
  public float code(float w) {
    return switch (zeroPoint) {
      case FLOAT -> Rounding.code(w * inverseScale + zero, maxCode);
      // round(w / s) alone, the zero is added afterwards; −zero … Q − zero are whole, so clamping
      // to them before rounding changes nothing
      case INTEGER, SYMMETRIC -> Rounding.halfEven(clamp(w / scale, -zero, maxCode - zero)) + zero;
    };
  }

  /**
   * Rounds a group and undoes it, {@code ŵ = (code − zero) · scale}; as {@link #code}, in loops
   * that the JIT vectorises.
   *
   * @param w holds the group; overwritten
   * @param from index of the group's first element
   * @param size number of elements
   */
  public void roundTrip(float[] w, int from, int size) {
    codes(w, from, size);
    for (int i = from; i < from + size; i++) {
      w[i] = (w[i] - zero) * scale;
    }
  }

  /**
   * The codes of a group, as whole floats.
   *
   * @param w holds the group; overwritten
   * @param from index of the group's first element
   * @param size number of elements
   */
  public void codes(float[] w, int from, int size) {
    switch (zeroPoint) {
      case FLOAT -> {
        for (int i = from; i < from + size; i++) {
          w[i] = Rounding.code(w[i] * inverseScale + zero, maxCode);
        }
      }
      case INTEGER, SYMMETRIC -> {
        for (int i = from; i < from + size; i++) {
          w[i] = Rounding.small(clamp(w[i] / scale, -zero, maxCode - zero)) + zero;
        }
      }
    }
  }

  private static float clamp(float x, float least, float most) {
    return Math.min(Math.max(x, least), most);
  }
}
