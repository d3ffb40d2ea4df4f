package halfstep.synth;

import halfstep.tensor.Halves;

/**
 * How weights are drawn: {@code w(r, c) = scale · row(r) · col(c) · t}, where
 *
 * <ul>
 *   <li>{@code scale} is 1.28/√in, 0.02 at 4096 inputs, as trained layers have;
 *   <li>{@code row} and {@code col} are log-normal (σ 0.15 and 0.2), and one input channel in 512
 *       is an outlier, 3 to 6 times as large; tensors of the same width share their outliers, as
 *       layers that read the residual stream do;
 *   <li>{@code t} is Tukey's h-distribution, {@code z · exp(h·z²/2)} of a normal {@code z}, with h
 *       = 0.05: tails heavier than the normal's, without its moments being infinite.
 * </ul>
 *
 * <p>Every row has a stream of its own, so that any number of threads draws the same weights.
 *
 * @param seed of all of it
 */
record WeightLaw(long seed) {

  private static final int DRAWS = 1 << 16;
  private static final double TAIL = 0.05;
  private static final double ROW_SIGMA = 0.15;
  private static final double CHANNEL_SIGMA = 0.2;
  private static final int OUTLIER_EVERY = 512;
  private static final float[] TAILED = tailed();

  /** Draws of t, four of which a random number of 64 bits picks. */
  private static float[] tailed() {
    float[] draws = new float[DRAWS];
    Stream random = new Stream(0x7475_6b65_79L);
    for (int i = 0; i < DRAWS; i++) {
      double z = random.normal();
      draws[i] = (float) (z * StrictMath.exp(TAIL * z * z / 2));
    }
    return draws;
  }

  /** Factors of a tensor's input channels, {@code scale} among them. */
  float[] channels(String tensor, int in) {
    double scale = 1.28 / Math.sqrt(in);
    Stream own = new Stream(seed ^ tensor.hashCode() * Stream.STEP);
    Stream shared = new Stream(seed + in);
    float[] factors = new float[in];
    for (int c = 0; c < in; c++) {
      double outlier = shared.next() % OUTLIER_EVERY == 0 ? 3 + 3 * shared.uniform() : 1;
      factors[c] = (float) (scale * outlier * StrictMath.exp(CHANNEL_SIGMA * own.normal()));
    }
    return factors;
  }

  /**
   * Draws a row as bfloat16.
   *
   * @param into filled with as many as there are channels
   */
  void row(String tensor, long row, float[] channels, short[] into) {
    Stream random = new Stream(seed + row * 0x632b_e59b_d9b4_e019L ^ tensor.hashCode());
    float factor = (float) StrictMath.exp(ROW_SIGMA * random.normal());
    long bits = 0;
    for (int c = 0; c < channels.length; c++) {
      bits = (c & 3) == 0 ? random.next() : bits >>> 16;
      into[c] = Halves.toBfloat16(factor * channels[c] * TAILED[(int) bits & 0xffff]);
    }
  }

  /** Draws a norm's weight: near 1, and small where the layers behind it have outliers. */
  short[] norm(String tensor, int width) {
    Stream own = new Stream(seed ^ tensor.hashCode() * Stream.STEP);
    Stream shared = new Stream(seed + width);
    short[] values = new short[width];
    for (int c = 0; c < width; c++) {
      double outlier = shared.next() % OUTLIER_EVERY == 0 ? 3 + 3 * shared.uniform() : 1;
      values[c] = Halves.toBfloat16((float) ((1 + 0.1 * own.normal()) / outlier));
    }
    return values;
  }

  /** SplitMix64, written out: four weights a call, and the same on every Java. */
  private static final class Stream {
    static final long STEP = 0x9e37_79b9_7f4a_7c15L;

    private long state;

    Stream(long seed) {
      state = mixed(seed * STEP + 1);
    }

    private static long mixed(long z) {
      long y = (z ^ (z >>> 30)) * 0xbf58_476d_1ce4_e5b9L;
      y = (y ^ (y >>> 27)) * 0x94d0_49bb_1331_11ebL;
      return y ^ (y >>> 31);
    }

    long next() {
      state += STEP;
      return mixed(state);
    }

    /** In [0, 1). */
    double uniform() {
      return (next() >>> 11) * 0x1p-53;
    }

    /** Box and Muller's. */
    double normal() {
      double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - uniform()));
      return radius * StrictMath.cos(2 * Math.PI * uniform());
    }
  }
}
