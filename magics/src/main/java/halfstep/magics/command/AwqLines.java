package halfstep.magics.command;

import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.ZeroPoint;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %awq} and its commands. */
@Command(
    name = "awq",
    description = "See which channels activations single out, and search AWQ's scales for them.",
    subcommands = {
      AwqLines.Salience.class,
      AwqProbeLines.Protect.class,
      AwqProbeLines.Compare.class,
      AwqLines.Search.class,
      AwqProbeLines.Clip.class
    })
final class AwqLines {

  @Command(
      name = "salience",
      description = "Mean |x| per input channel of a layer, or of every input of a block.",
      footer = {"%awq salience 0.down_proj --tokens 512", "%awq salience 0 --tokens 512"})
  static final class Salience implements Line {
    @Parameters(paramLabel = "LAYER", description = "A layer, or a block's number.")
    private String target = "";

    @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new AwqRequest.Salience(target, calibration.calibration(), result.as());
    }
  }

  @Command(
      name = "search",
      description = "Try every ratio for every scale group of a block; all grid points are shown.",
      footer = {"%awq search 0 --bits 3 --grid 4 --tokens 512 --as searches"})
  static final class Search implements Line {
    @Parameters(paramLabel = "BLOCK", description = "A block's number, from 0.")
    private String block = "";

    @Mixin private final GridOptions grid = new GridOptions();

    @Option(
        names = "--x-only",
        description = "Scales from activations alone, as llm-awq; default: AutoAWQ's duo scaling.")
    private boolean activationsAlone;

    @Option(
        names = "--grid",
        paramLabel = "N",
        defaultValue = "20",
        description = "Number of ratios to try. Default 20.")
    private int points = 20;

    @Option(
        names = "--bootstrap",
        paramLabel = "N",
        description =
            "Draw the calibration windows N times anew, for example 1000: 95-percent intervals of the"
                + " ratio and each scale.")
    private @Nullable Integer resamples;

    @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new AwqRequest.Search(
          block,
          grid.spec().with(ZeroPoint.INTEGER),
          new Awq(points, !activationsAlone),
          calibration.calibration(),
          OptionalInts.of(resamples),
          result.as());
    }
  }
}
