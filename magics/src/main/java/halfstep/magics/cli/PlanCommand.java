package halfstep.magics.cli;

import halfstep.hub.Hub;
import halfstep.lab.memory.ServingPlan;
import halfstep.magics.command.LabPlan;
import halfstep.magics.command.PlanOptions;
import halfstep.magics.command.Showing.Form;
import halfstep.magics.display.Report;
import halfstep.magics.run.PlanRun;
import halfstep.magics.session.Folders;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code halfstep plan}: what a model takes on a card, and in how many bits it fits. */
@Command(
    name = "plan",
    description =
        "What a model takes on a card: weights, cache, activations, and how many sequences fit.",
    footer = "halfstep plan mixtral-8x7b --vram 24GiB --ctx 8192 --gpus 2")
final class PlanCommand implements Callable<Integer> {

  @Parameters(
      paramLabel = "MODEL",
      description =
          "A model's name or folder, owner/name of the hub, of which only config.json is fetched,"
              + " or a shape such as llama-30b, mixtral-8x7b.")
  private String model = "";

  @Mixin private PlanOptions options = new PlanOptions();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    LabPlan request =
        UsageErrors.of(spec, () -> options.plan(Optional.of(model), Optional.empty()));
    PlanRun run = new PlanRun(Folders.ofThisProcess(), Hub::ofThisProcess);
    ServingPlan plan = PlanRun.plan(model, run.shape(model), request);
    Report<ServingPlan> report = PlanRun.report(plan);
    spec.commandLine().getOut().println(common.json() ? report.in(Form.JSON) : report);
    return 0;
  }
}
