package halfstep.llm;

/** How the next token is chosen from its logits. */
public sealed interface Sampling {

  /** The most probable token; of equals the first. */
  record Greedy() implements Sampling {}

  /**
   * Drawn from {@code softmax(logits / temperature)}, cut to the {@code topK} most probable tokens
   * and then to the fewest whose probabilities reach {@code topP} (order and meaning as in
   * transformers {@code generation/logits_process.py}).
   *
   * @param temperature above 0; below 1 prefers the probable, above 1 evens out
   * @param topK tokens kept, or 0 for all
   * @param topP probability kept, above 0, at most 1
   * @param seed the same seed draws the same text
   */
  record Drawn(double temperature, int topK, double topP, long seed) implements Sampling {

    /** Refuses what cannot be drawn from. */
    public Drawn {
      if (!(temperature > 0) || Double.isInfinite(temperature)) {
        throw new ModelException(
            "temperature %s cannot be drawn with; it is above 0, and greedy is the limit at 0"
                .formatted(temperature));
      }
      if (topK < 0) {
        throw new ModelException(
            "top-k %d keeps no token; 1 or more, or 0 for all".formatted(topK));
      }
      if (!(topP > 0 && topP <= 1)) {
        throw new ModelException(
            "top-p %s is no share of probability; above 0, at most 1".formatted(topP));
      }
    }
  }
}
