package halfstep.magics.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %eval}. */
@Command(
    name = "eval",
    description = "Perplexity of a model, text by text, and its divergence from another model.")
final class EvalLine implements Line {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model's name or folder. Default: the loaded model.")
  private @Nullable String model;

  @Mixin private final EvalOptions options = new EvalOptions();

  @Option(
      names = "--csv",
      paramLabel = "FILE",
      description = "Write the rows there as comma-separated values.")
  private @Nullable String csv;

  @Mixin private final AsOption as = new AsOption();

  @Override
  public Request request() {
    return new Request.Evaluate(
        Optional.ofNullable(model), options.settings(), Optional.ofNullable(csv), as.name());
  }
}
