package halfstep.magics.run;

import halfstep.lab.memory.ServingPlan;
import halfstep.llm.ModelConfig;
import halfstep.magics.chart.PlanCharts;
import halfstep.magics.command.LabPlan;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Session;

/** {@code %lab plan}: what a model takes on a card. */
final class LabPlanCommand {

  private final Stage stage;

  LabPlanCommand(Stage stage) {
    this.stage = stage;
  }

  Report<ServingPlan> run(LabPlan request) {
    Session session = stage.session();
    PlanRun run = new PlanRun(session.folders(), session::hub);
    String name = request.model().orElseGet(() -> session.model().name());
    ModelConfig config = request.model().map(run::shape).orElseGet(() -> loaded(session.model()));
    ServingPlan plan = PlanRun.plan(name, config, request);
    stage.show(() -> PlanCharts.options(PlanRun.title(plan), plan));
    stage.show(() ->
        PlanCharts.timeline(
            "One pass of %s through %s".formatted(plan.shown().name(), name), plan));
    return stage.keep(PlanRun.report(plan), request.as());
  }

  private static ModelConfig loaded(LoadedModel model) {
    return model.running("%lab plan").config();
  }
}
