package halfstep.magics.command;

import halfstep.quant.Gptq;
import halfstep.quant.ZeroPoint;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %gptq}. */
@Command(
    name = "gptq",
    description = "Solve one layer with GPTQ, column block by column block; every loss is shown.",
    footer = "%gptq 0.down_proj --bits 3 --tokens 512 --as steps")
final class GptqLine implements Line {

  @Parameters(paramLabel = "LAYER", description = "Layer of the loaded model.")
  private String layer = "";

  @Mixin private final GridOptions grid = new GridOptions();
  @Mixin private final GptqOptions parameters = new GptqOptions();

  @Option(names = "--symmetric", description = "Zeros in the middle of the codes.")
  private boolean symmetric;

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    Gptq config = parameters.config(symmetric);
    return new Request.GptqWalk(
        layer, grid.spec().with(ZeroPoint.INTEGER), config, calibration.calibration(), result.as());
  }
}
