package halfstep.quant;

import java.util.Arrays;

/**
 * What a {@link GroupSolver} found: {@code w ≈ (code − zero) · scale}. Holds whatever it is given;
 * whether that makes sense is checked by who uses it. Immutable.
 */
public final class GroupSolution {

  private final float scale;
  private final float zero;
  private final int[] codes;

  private GroupSolution(float scale, float zero, int[] codes) {
    this.scale = scale;
    this.zero = zero;
    this.codes = codes;
  }

  /**
   * A solution as it was found.
   *
   * @param scale step between neighbouring codes
   * @param zero the code of weight 0, in code units
   * @param codes one per weight of the group; copied
   */
  public static GroupSolution of(float scale, float zero, int... codes) {
    return new GroupSolution(scale, zero, codes.clone());
  }

  /**
   * The nearest codes for a given scale and zero: {@code clamp(round(w/s + z), 0, Q)}.
   *
   * @param group not modified
   */
  public static GroupSolution rounded(float[] group, float scale, float zero, QuantSpec spec) {
    int[] codes = new int[group.length];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = (int) Rounding.code(group[i] / scale + zero, spec.maxCode());
    }
    return new GroupSolution(scale, zero, codes);
  }

  /** Step between neighbouring codes. */
  public float scale() {
    return scale;
  }

  /** The code of weight 0, in code units. */
  public float zero() {
    return zero;
  }

  /** Number of codes. */
  public int size() {
    return codes.length;
  }

  /** The code of the group's weight number {@code i}. */
  public int code(int i) {
    return codes[i];
  }

  @Override
  public String toString() {
    return "scale %s, zero %s, codes %s".formatted(scale, zero, Arrays.toString(codes));
  }
}
