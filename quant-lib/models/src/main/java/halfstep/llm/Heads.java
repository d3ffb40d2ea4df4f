package halfstep.llm;

import halfstep.llm.ModelConfig.Attention;

/**
 * What all heads of a model's attention have in common.
 *
 * @param headDim channels of one head
 * @param count query heads
 * @param queriesPerKey query heads that read one key-value head
 * @param sight how many tokens a token sees, itself included
 */
record Heads(int headDim, int count, int queriesPerKey, int sight) {

  static Heads of(Attention config) {
    return new Heads(
        config.headDim(),
        config.heads(),
        config.heads() / config.keyValueHeads(),
        config.window().orElse(Integer.MAX_VALUE));
  }

  /** The first position that the token at {@code position} sees. */
  int first(int position) {
    return Math.max(0, position + 1 - sight);
  }

  /** {@code 1/√d}, by which scores are multiplied. */
  float scale() {
    return (float) (1 / Math.sqrt(headDim));
  }

  /** First column of a head in queries and results. */
  long column(int head) {
    return (long) head * headDim;
  }

  /** First column of the keys and values that a query head reads. */
  long keyColumn(int head) {
    return (long) (head / queriesPerKey) * headDim;
  }
}
