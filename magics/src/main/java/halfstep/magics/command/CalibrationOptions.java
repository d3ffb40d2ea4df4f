package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** Which text flows through the model. */
final class CalibrationOptions {

  @Option(
      names = "--calib",
      paramLabel = "FILE",
      description =
          "What to calibrate with: text, .jsonl, .json, .parquet, those with .gz, or wikitext2,"
              + " pile, codealpaca from the hub. May be repeated; weights share the windows out."
              + " Default: the project's own text.")
  private List<String> files = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "2048",
      description = "Most tokens to use, drawn evenly from the text. Default 2048.")
  private int tokens = 2048;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens per window, each read from empty context. Default 256.")
  private int ctx = 256;

  Request.Calibration calibration() {
    if (tokens < 2) {
      throw new UsageException(
          "--tokens %d is too short a text; use at least 2, for example 2048".formatted(tokens));
    }
    if (ctx < 2) {
      throw new UsageException(
          "--ctx %d leaves nothing to predict; use at least 2, for example 256".formatted(ctx));
    }
    return new Request.Calibration(List.copyOf(files), tokens, ctx);
  }
}
