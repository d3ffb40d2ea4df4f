package halfstep.lab.lora;

/**
 * How adapters are trained (E. Hu and others 2021, arXiv 2106.09685; AdamW: I. Loshchilov and F.
 * Hutter 2017, arXiv 1711.05101).
 *
 * @param rank columns of B and rows of A, at least 1
 * @param alpha the adapter counts {@code alpha / rank}
 * @param learningRate after the warm-up, constant
 * @param weightDecay share of a weight that a step of learning rate 1 takes away
 * @param warmup steps over which the learning rate grows from 0
 * @param steps at least 1
 * @param batch windows of a step
 * @param length tokens of a window, at least 2
 * @param seed of the first A and of the windows drawn
 */
public record LoraConfig(
    int rank,
    double alpha,
    double learningRate,
    double weightDecay,
    int warmup,
    int steps,
    int batch,
    int length,
    long seed) {

  /** What the embedded models learn something with in seconds. */
  public static final LoraConfig DEFAULT = new LoraConfig(8, 16, 5e-3, 0.01, 5, 40, 4, 64, 1);

  /** Refuses what trains nothing. */
  public LoraConfig {
    if (rank < 1 || steps < 1 || batch < 1 || length < 2 || warmup < 0) {
      throw new IllegalArgumentException(
          "rank %d, %d steps of %d windows of %d tokens, warm-up %d: at least 1, 1, 1, 2 and 0"
              .formatted(rank, steps, batch, length, warmup));
    }
    if (!(alpha > 0) || !(learningRate > 0) || !(weightDecay >= 0)) {
      throw new IllegalArgumentException(
          "alpha %s, learning rate %s and weight decay %s: above 0, above 0 and at least 0"
              .formatted(alpha, learningRate, weightDecay));
    }
  }

  /** What the adapter's product counts: {@code alpha / rank}. */
  public float scale() {
    return (float) (alpha / rank);
  }

  /** The learning rate of a step, from 1 on. */
  double rate(int step) {
    return learningRate * Math.min(1, (double) step / Math.max(1, warmup));
  }

  /** The same with another seed. */
  public LoraConfig withSeed(long other) {
    return new LoraConfig(
        rank, alpha, learningRate, weightDecay, warmup, steps, batch, length, other);
  }
}
