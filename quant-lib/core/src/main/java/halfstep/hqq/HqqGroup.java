package halfstep.hqq;

import halfstep.quant.AffineGrid;
import halfstep.quant.GroupRange;
import halfstep.quant.Rounding;
import halfstep.quant.Sums;

/** All half-steps of one group after another. Not shared between threads: it keeps the group. */
final class HqqGroup {

  private final HqqPlan plan;
  private final HqqKernel kernel;
  private final int size;
  private final float[] scaled;
  private final int[] codes;
  private final float[] lanes = new float[2 * HqqKernel.LANES];
  private final float[] ends = new float[2];
  private final float share;
  private final boolean exactShare;

  private float inverse;
  private float scale;
  private float zero;

  HqqGroup(HqqPlan plan, HqqKernel kernel) {
    this.plan = plan;
    this.kernel = kernel;
    this.size = plan.size();
    this.scaled = new float[size];
    this.codes = new int[size];
    this.share = 1f / size;
    // dividing by a power of two and multiplying by its inverse are the same, to the bit
    this.exactShare = Integer.bitCount(size) == 1;
  }

  float scale() {
    return scale;
  }

  float zero() {
    return zero;
  }

  /**
   * Solves a group; {@link #scale()} and {@link #zero()} then hold the result.
   *
   * @param w holds the group from {@code from} on; not modified
   * @param errors one per half-step; Σ|w − ŵ| before it is added
   * @return the first state whose zero no later half-step changes; the number of half-steps, if
   *     that was not seen
   */
  int solve(float[] w, int from, double[] errors) {
    start(w, from);
    float magnitude = Math.max(Math.abs(ends[0]), Math.abs(ends[1]));
    int iterations = plan.iterations();
    for (int k = 0; k < iterations; k++) {
      float most = kernel.recentre(w, from, scaled, size, zero, scale, plan.maxCode(), lanes);
      float error = Sums.folded(lanes, HqqKernel.LANES);
      errors[k] += error;
      boolean quiet = most <= plan.quiet(k, magnitude);
      if (!quiet) {
        kernel.shrunk(w, from, scaled, size, zero, inverse, plan.maxCode(), plan.shrink(k), lanes);
      }
      // z' = mean over the group of [ q − (w − e)·t ]
      float next = mean(Sums.folded(lanes, 0));
      boolean settles =
          quiet && sameBits(next, zero) && most <= plan.quiet(iterations - 1, magnitude);
      zero = next;
      if (settles) {
        for (int later = k + 1; later < iterations; later++) {
          errors[later] += error;
        }
        return k;
      }
    }
    return iterations;
  }

  private void start(float[] w, int from) {
    kernel.range(w, from, size, ends);
    AffineGrid grid = AffineGrid.floatZero(new GroupRange(ends[0], ends[1]), plan.maxCode());
    inverse = grid.inverseScale();
    scale = grid.scale();
    zero = plan.roundsZero() ? Rounding.halfEven(grid.zero()) : grid.zero();
    for (int i = 0; i < size; i++) {
      scaled[i] = w[from + i] * inverse;
    }
  }

  private static boolean sameBits(float a, float b) {
    return Float.floatToRawIntBits(a) == Float.floatToRawIntBits(b);
  }

  private float mean(float sum) {
    return exactShare ? sum * share : sum / size;
  }

  /** The codes of the result, as unsigned bytes. */
  void codes(byte[] into, int at) {
    kernel.codes(scaled, size, zero, plan.maxCode(), codes);
    for (int i = 0; i < size; i++) {
      into[at + i] = (byte) codes[i];
    }
  }
}
