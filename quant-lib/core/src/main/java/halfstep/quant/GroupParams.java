package halfstep.quant;

import halfstep.tensor.Matrix;
import java.util.Locale;

/**
 * One scale and one zero per group: {@code w ≈ (code − zero) · scale}.
 *
 * @param scales in {@link Grouping#paramShape()}; positive; shared, not to be modified
 * @param zeros the same shape, in code units; shared, not to be modified
 */
public record GroupParams(Matrix scales, Matrix zeros) {

  /** Refuses shapes that differ. */
  public GroupParams {
    zeros.requireShape(scales.shape(), "the scales' matrix");
  }

  /** Number of groups. */
  public long groups() {
    return scales.size();
  }

  /** The scale of a group. */
  public float scale(long group) {
    return scales.at(group);
  }

  /** The zero of a group, in code units. */
  public float zero(long group) {
    return zeros.at(group);
  }

  @Override
  public String toString() {
    float least = Float.POSITIVE_INFINITY;
    float most = 0;
    for (long group = 0; group < groups(); group++) {
      least = Math.min(least, scale(group));
      most = Math.max(most, scale(group));
    }
    return String.format(Locale.ROOT, "%d groups, scale %.3e … %.3e", groups(), least, most);
  }
}
