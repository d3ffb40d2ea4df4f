package halfstep.magics.command;

import picocli.CommandLine.Command;

/** {@code %lab} and its experiments. */
@Command(
    name = "lab",
    description =
        "The trade-off laboratory: what quantization costs here, measured on the loaded model.",
    subcommands = {
      LabSensitivityLine.class,
      LabAllocateLine.class,
      LabPlanLine.class,
      LabShiftLine.class,
      LabBaselineLine.class,
      LabChooseLine.class,
      LabExpertsLine.class,
      LabDraftLine.class,
      LabLoraLine.class,
      LabLogicLine.class,
      LabFusedLine.class
    })
final class LabLines {}
