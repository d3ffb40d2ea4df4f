package halfstep.magics.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab sensitivity}. */
@Command(
    name = "sensitivity",
    description =
        "Which layers hurt: one layer, one role or one block quantized at a time, and how far the"
            + " predictions move.",
    footer = {
      "%lab sensitivity --bits 3 --tokens 512",
      "%lab sensitivity --method hqq --bits 2 --tokens 512 --ctx 128 --as sensitivity"
    })
final class LabSensitivityLine implements Line {

  @Option(
      names = "--method",
      paramLabel = "METHOD",
      defaultValue = "rtn",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description =
          "How layers are quantized: ${COMPLETION-CANDIDATES}, or a variable of yours that holds a"
              + " GroupSolver. Default rtn.")
  private MethodWord method = MethodWord.of("rtn");

  @Mixin private final GridOptions grid = new GridOptions();

  @Mixin private final EvaluationText text = new EvaluationText();

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new LabSensitivity(
        method,
        parameters.settings(),
        grid.spec(),
        calibration.calibration(),
        text.file(),
        result.as());
  }
}
