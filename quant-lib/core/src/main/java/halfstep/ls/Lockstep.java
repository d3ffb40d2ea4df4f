package halfstep.ls;

import halfstep.quant.Sums;
import java.util.Arrays;

/**
 * Groups side by side, one to a lane, each at its own place in its rounds. Element {@code i} of the
 * group in lane {@code k} lies at {@code i · width + k}. Arrays are shared with the kernel. For one
 * thread.
 */
public final class Lockstep {

  private final int width;
  private final int size;
  private final int maxCode;
  private final float[] weights;
  private final float[] importance;
  private final float[] codes;
  private final float[] totals;
  private final float[] means;
  private final float[] scales;
  private final float[] zeros;
  private final float[] errors;
  private final float[] slopes;
  private final float[] offsets;
  private final float[] sums;

  /** Empty lanes; weights that are all 0 and count the same. */
  Lockstep(int width, int size, int maxCode) {
    this.width = width;
    this.size = size;
    this.maxCode = maxCode;
    this.weights = new float[size * width];
    this.importance = ones(size * width);
    this.codes = new float[size * width];
    this.totals = ones(width);
    this.means = new float[width];
    this.scales = ones(width);
    this.zeros = new float[width];
    this.errors = new float[width];
    this.slopes = new float[width];
    this.offsets = new float[width];
    this.sums = new float[2 * Sums.LANES * width];
    Arrays.fill(totals, size);
  }

  private static float[] ones(int count) {
    float[] ones = new float[count];
    Arrays.fill(ones, 1f);
    return ones;
  }

  /**
   * Puts a group into a lane.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param h importance of each weight at the same place, not modified; empty if all are 1
   */
  void load(int lane, float[] w, float[] h, int from) {
    for (int i = 0, at = lane; i < size; i++, at += width) {
      weights[at] = w[from + i];
    }
    if (h.length == 0) {
      means[lane] = Sums.sum(w, from, size) / totals[lane];
      return;
    }
    for (int i = 0, at = lane; i < size; i++, at += width) {
      importance[at] = h[from + i];
    }
    totals[lane] = Sums.sum(h, from, size);
    means[lane] = GroupFit.weighted(h, from, w, from, size, sums) / totals[lane];
  }

  /** Elements of a group. */
  public int size() {
    return size;
  }

  /** The largest code. */
  public int maxCode() {
    return maxCode;
  }

  /** Weights; not to be modified. */
  public float[] weights() {
    return weights;
  }

  /** Importance of each weight; not to be modified. */
  public float[] importance() {
    return importance;
  }

  /** Room for codes, which only the kernel uses. */
  public float[] codes() {
    return codes;
  }

  /** Room for two sums, {@value Sums#LANES} vectors each, which only the kernel uses. */
  public float[] sums() {
    return sums;
  }

  /** Σ h of each lane's group; not to be modified. */
  public float[] totals() {
    return totals;
  }

  /** Σ h·w / Σ h of each lane's group; not to be modified. */
  public float[] means() {
    return means;
  }

  /** What each lane rounds with. */
  public float[] scales() {
    return scales;
  }

  /** As {@link #scales}, in code units. */
  public float[] zeros() {
    return zeros;
  }

  /** Σ h·(w − ŵ)² of each lane's rounding. */
  public float[] errors() {
    return errors;
  }

  /** cov(q, w) / var(q) of each lane; of any sign, or NaN. */
  public float[] slopes() {
    return slopes;
  }

  /** mean q − mean w / slope. */
  public float[] offsets() {
    return offsets;
  }
}
