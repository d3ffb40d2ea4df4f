package halfstep.magics.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What figures are of. */
final class EvaluationText {

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Text file to evaluate on. Default: the project's own text.")
  private @Nullable String text;

  /** The file; the project's own when empty. */
  Optional<String> file() {
    return Optional.ofNullable(text);
  }
}
