package halfstep.magics.command;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code %lab plan}. */
@Command(
    name = "plan",
    description =
        "What a model takes on a card: weights, cache and activations, layer by layer, and how many"
            + " sequences fit in each width.",
    footer = {
      "%lab plan --vram 8GiB --ctx 512",
      "%lab plan llama-30b --vram 24GiB --ctx 2048",
      "%lab plan mixtral-8x7b --vram 24GiB --ctx 8192 --gpus 2 --bits 4,3 --as plan"
    })
final class LabPlanLine implements Line {

  @Parameters(
      arity = "0..1",
      paramLabel = "MODEL",
      description =
          "A model's name or folder, owner/name of the hub, of which only config.json is fetched,"
              + " or a shape such as llama-30b, mixtral-8x7b. Default: the loaded model.")
  private @Nullable String model;

  @Mixin private final PlanOptions options = new PlanOptions();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return options.plan(Optional.ofNullable(model), result.as());
  }
}
