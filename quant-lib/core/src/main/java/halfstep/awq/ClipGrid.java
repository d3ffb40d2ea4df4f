package halfstep.awq;

import java.util.List;

/**
 * Which clip limits are tried and on how many tokens.
 *
 * @param gridSize number of points over the whole range; those up to {@code maxShrink} are tried
 * @param maxShrink largest share of a group's magnitude that a limit may take away, in (0, 1)
 * @param sampleTokens about how many tokens errors are measured on
 */
public record ClipGrid(int gridSize, double maxShrink, int sampleTokens) {

  /** AutoAWQ's: ten limits, 1.00 to 0.55 of the largest weight, on 512 to 1023 tokens. */
  public static final ClipGrid DEFAULT = new ClipGrid(20, 0.5, 512);

  /**
   * What makes AutoAWQ and llm-awq leave a layer unclipped: what its name within the block holds.
   */
  private static final List<String> NOT_CLIPPED = List.of("q_", "k_", "query", "key", "Wqkv");

  /** Refuses an empty grid or sample. */
  public ClipGrid {
    if (!(maxShrink > 0 && maxShrink < 1) || gridSize < 1 || (int) (maxShrink * gridSize) < 1) {
      throw new IllegalArgumentException(
          "gridSize %d with maxShrink %s leaves no limit to try; take 20 and 0.5"
              .formatted(gridSize, maxShrink));
    }
    if (sampleTokens < 1) {
      throw new IllegalArgumentException(
          "sampleTokens %d leaves nothing to measure on; at least 1".formatted(sampleTokens));
    }
  }

  /** Number of limits tried. */
  public int steps() {
    return (int) (maxShrink * gridSize);
  }

  /**
   * The limit of a step, as a share of the group's largest magnitude.
   *
   * @param index 0 to {@link #steps()} − 1
   */
  public float factor(int index) {
    return (float) (1 - (double) index / gridSize);
  }

  /** Every how many tokens one is taken. */
  public long stride(long tokens) {
    return Math.max(1, tokens / sampleTokens);
  }

  /**
   * Whether the libraries clip a layer. Queries and keys are left alone, for the product of the two
   * is what counts, and the search looks at each by itself.
   *
   * <p>The rule looks for pieces of a name, and finds some by accident: all experts of Mixtral, as
   * {@code block_sparse_moe} holds {@code k_}.
   *
   * @param layer name within its block, such as {@code self_attn.q_proj}; a full name whose prefix
   *     holds none of the pieces will do
   */
  public static boolean clips(String layer) {
    return NOT_CLIPPED.stream().noneMatch(layer::contains);
  }
}
