package halfstep.eval;

import java.util.Arrays;
import java.util.Locale;

/** A number per window, in the windows' order. Immutable. */
public final class PerWindow {

  private final double[] means;

  PerWindow(double[] means) {
    this.means = means.clone();
  }

  /** Number of windows. */
  public int count() {
    return means.length;
  }

  /** The number of one window. */
  public double get(int window) {
    return means[window];
  }

  /** A new array of all. */
  public double[] toArray() {
    return means.clone();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PerWindow that && Arrays.equals(means, that.means);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(means);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%d windows, mean %.4g", count(), Arrays.stream(means).average().orElse(0));
  }
}
