package halfstep.magics.command;

import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab shift}. */
@Command(
    name = "shift",
    description =
        "What becomes of a calibrated model on other text: calibrated on mixtures of two domains,"
            + " evaluated on both, beside rounding and HQQ, which need no data.",
    footer = {
      "%lab shift --bits 2 --shares 0,1 --tokens 128 --measure 128 --ctx 64",
      "%lab shift --methods gptq --shares 0,0.5,1 --tokens 128 --measure 128 --ctx 64 --as shift"
    })
final class LabShiftLine implements Line {

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description = "Calibrated methods with commas: awq, gptq, wls, awq+hqq … Default awq,gptq.")
  private List<MethodWord> methods =
      new ArrayList<>(List.of(MethodWord.of("awq"), MethodWord.of("gptq")));

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Bits per code: ${COMPLETION-CANDIDATES}. Default 2.")
  private Bits bits = Bits.TWO;

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--home",
      paramLabel = "FILE",
      description = "Text of one domain. Default prose.txt.")
  private String home = "prose.txt";

  @Option(
      names = "--away",
      paramLabel = "FILE",
      description = "Text of the other domain. Default java.txt.")
  private String away = "java.txt";

  @Option(
      names = "--shares",
      paramLabel = "SHARE",
      split = ",",
      description =
          "Shares of the other domain among the calibration windows, 0 to 1, with commas. Default"
              + " 0,0.25,0.5,0.75,1.")
  private List<Double> shares = new ArrayList<>(List.of(0.0, 0.25, 0.5, 0.75, 1.0));

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Calibration tokens in all, from first halves of the texts. Default 2048.")
  private int tokens = 2048;

  @Option(
      names = "--measure",
      paramLabel = "N",
      description = "Most tokens of each second half to evaluate on. Default 4096.")
  private int measure = 4096;

  @Option(names = "--ctx", paramLabel = "N", description = "Tokens per window. Default 128.")
  private int ctx = 128;

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    if (ctx < 2 || tokens < ctx || measure < 2 * ctx) {
      throw new UsageException(
          "--ctx %d, --tokens %d, --measure %d: a window has at least 2 tokens; calibrate on one at least, measure on two"
              .formatted(ctx, tokens, measure));
    }
    for (double share : shares) {
      if (!(share >= 0 && share <= 1)) {
        throw new UsageException("--shares %s: a share is a number from 0 to 1".formatted(share));
      }
    }
    return new LabShift(
        new Request.Grid(
            methods.stream().distinct().toList(),
            parameters.settings(),
            List.of(bits),
            List.of(group.size())),
        home,
        away,
        shares.stream().distinct().sorted().toList(),
        tokens,
        measure,
        ctx,
        result.as());
  }
}
