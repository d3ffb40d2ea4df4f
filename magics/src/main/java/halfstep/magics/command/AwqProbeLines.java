package halfstep.magics.command;

import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %awq protect}, {@code %awq compare} and {@code %awq clip}. */
final class AwqProbeLines {

  private AwqProbeLines() {}

  @Command(
      name = "protect",
      description =
          "Keep a few input channels in full precision: what it saves by activation, by weight, at"
              + " random.",
      footer = "%awq protect 0.down_proj --bits 3 --keep 0.02 --tokens 512")
  static final class Protect implements Line {
    @Parameters(paramLabel = "LAYER", description = "Layer of the loaded model.")
    private String layer = "";

    @Mixin private final GridOptions grid = new GridOptions();

    @Option(
        names = "--keep",
        paramLabel = "SHARE",
        description = "Share of the channels to keep; at least one is. Default 0.01.")
    private double keep = 0.01;

    @Option(
        names = "--draws",
        paramLabel = "N",
        description = "How often channels are drawn at random. Default 20.")
    private int draws = 20;

    @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      requireShare("--keep", keep);
      return new AwqRequest.Protect(
          layer,
          grid.spec().with(ZeroPoint.INTEGER),
          keep,
          draws,
          calibration.calibration(),
          result.as());
    }
  }

  @Command(
      name = "compare",
      description =
          "Whether two calibration texts single out the same channels of a layer's input.",
      footer = "%awq compare 0.down_proj --calib prose.txt --with java.txt --tokens 512")
  static final class Compare implements Line {
    @Parameters(paramLabel = "LAYER", description = "Layer of the loaded model.")
    private String layer = "";

    @Option(
        names = "--with",
        paramLabel = "FILE",
        required = true,
        description = "The other text; may be repeated.")
    private List<String> other = new ArrayList<>();

    @Option(
        names = "--top",
        paramLabel = "SHARE",
        description = "Share of the channels that counts as strongest. Default 0.1.")
    private double top = 0.1;

    @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      requireShare("--top", top);
      return new AwqRequest.Compare(
          layer, calibration.calibration(), List.copyOf(other), top, result.as());
    }
  }

  @Command(
      name = "clip",
      description = "Try AWQ's clip limits on every group of a layer; all limits are shown.",
      footer = "%awq clip 0.down_proj --bits 3 --tokens 512 --as limits")
  static final class Clip implements Line {
    @Parameters(paramLabel = "LAYER", description = "Layer of the loaded model.")
    private String layer = "";

    @Mixin private final GridOptions grid = new GridOptions();
    @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
    @Mixin private final DeviceOption device = new DeviceOption();
    @Mixin private final ResultOptions result = new ResultOptions();

    @Override
    public Request request() {
      return new AwqRequest.Clip(
          layer, grid.spec().with(ZeroPoint.INTEGER), calibration.calibration(), result.as());
    }
  }

  private static void requireShare(String option, double share) {
    if (!(share > 0 && share <= 1)) {
      throw new UsageException(
          "%s %s is no share of the channels; a number above 0, at most 1, for example 0.01"
              .formatted(option, share));
    }
  }
}
