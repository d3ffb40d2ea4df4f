package halfstep.magics.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code %eval}. */
@Command(
    name = "eval",
    description = "Perplexity of a model, text by text, and its divergence from another model.",
    footer = {
      "%eval --text prose.txt --max-tokens 512 --ctx 128",
      "%eval salient --against natural --text prose.txt --max-tokens 512 --ctx 128"
    })
final class EvalLine implements Line {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description = "A model's name or folder. Default: the loaded model.")
  private @Nullable String model;

  @Mixin private final EvalOptions options = new EvalOptions();

  @Mixin private final DeviceOption device = new DeviceOption();

  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new Request.Evaluate(Optional.ofNullable(model), options.settings(), result.as());
  }
}
