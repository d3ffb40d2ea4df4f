package halfstep.magics.run;

import halfstep.magics.command.LabAllocate;
import halfstep.magics.command.LabBaseline;
import halfstep.magics.command.LabChoose;
import halfstep.magics.command.LabDraft;
import halfstep.magics.command.LabExperts;
import halfstep.magics.command.LabFused;
import halfstep.magics.command.LabLogic;
import halfstep.magics.command.LabLora;
import halfstep.magics.command.LabPlan;
import halfstep.magics.command.LabSensitivity;
import halfstep.magics.command.LabShift;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;

/** {@code %lab}: hands an experiment to the class that runs it. */
final class LabCommand {

  private final Stage stage;

  LabCommand(Stage stage) {
    this.stage = stage;
  }

  Report<?> run(Request.Lab request) {
    return switch (request) {
      case LabBaseline baseline -> new LabBaselineCommand(stage).run(baseline);
      case LabChoose choose -> new LabChooseCommand(stage).run(choose);
      case LabPlan plan -> new LabPlanCommand(stage).run(plan);
      case LabSensitivity sensitivity -> new LabSensitivityCommand(stage).run(sensitivity);
      case LabShift shift -> new LabShiftCommand(stage).run(shift);
      case LabAllocate allocate -> new LabAllocateCommand(stage).run(allocate);
      case LabExperts experts -> new LabExpertsCommand(stage).run(experts);
      case LabDraft draft -> new LabDraftCommand(stage).run(draft);
      case LabLora lora -> new LabLoraCommand(stage).run(lora);
      case LabLogic logic -> new LabLogicCommand(stage).run(logic);
      case LabFused fused -> new LabFusedCommand(stage).run(fused);
    };
  }
}
