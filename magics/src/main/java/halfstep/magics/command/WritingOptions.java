package halfstep.magics.command;

import picocli.CommandLine.Option;

/** How a text goes on. */
public final class WritingOptions {

  @Option(
      names = "--length",
      paramLabel = "N",
      defaultValue = "40",
      description = "Most tokens to write. Default 40.")
  private int length = 40;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      defaultValue = "0",
      description = "0: always the most probable token; above: drawn from softmax(logits / T).")
  private double temperature;

  @Option(
      names = "--top-k",
      paramLabel = "N",
      defaultValue = "0",
      description = "Draw among the N most probable tokens alone. Default 0: among all.")
  private int topK;

  @Option(
      names = "--top-p",
      paramLabel = "SHARE",
      defaultValue = "1",
      description = "Draw among the fewest tokens whose probabilities reach this. Default 1.")
  private double topP = 1;

  @Option(
      names = "--seed",
      paramLabel = "N",
      defaultValue = "0",
      description = "The same seed draws the same text. Default 0.")
  private long seed;

  /**
   * What was said.
   *
   * @throws UsageException if it cannot be done
   */
  public Request.Writing writing() {
    if (length < 1) {
      throw new UsageException(
          "--length %d is no text; at least 1, for example 40".formatted(length));
    }
    if (!(temperature >= 0) || Double.isInfinite(temperature)) {
      throw new UsageException(
          "--temperature %s cannot be drawn with; 0 for the most probable token, or for example 0.8"
              .formatted(temperature));
    }
    if (temperature == 0 && (topK != 0 || topP != 1)) {
      throw new UsageException(
          "--top-k and --top-p cut what is drawn from, and nothing is drawn at temperature 0; add --temperature 0.8");
    }
    return new Request.Writing(length, temperature, topK, topP, seed);
  }
}
