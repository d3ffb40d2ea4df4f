package halfstep.magics.command;

import halfstep.engines.SupportTable;
import halfstep.lab.choose.Situation;
import halfstep.lab.memory.ServingSettings;
import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab choose}. */
@Command(
    name = "choose",
    description =
        "Which method and width to take: decided by what is measured here, each reason with its"
            + " number.",
    footer = {
      "%lab choose --bits 4 --methods rtn,hqq --tokens 128 --ctx 64",
      "%lab choose --stack vllm --bits 3 --private --methods rtn,hqq --tokens 128 --ctx 64 --as d"
    })
final class LabChooseLine implements Line {

  @Option(
      names = "--stack",
      paramLabel = "ENGINE",
      completionCandidates = TargetOptions.Engines.class,
      description = "The engine that is to run it: ${COMPLETION-CANDIDATES}.")
  private @Nullable String stack;

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      split = ",",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Widths wanted, with commas. Default 2,3,4,8.")
  private List<Bits> bits = new ArrayList<>(List.of(Bits.TWO, Bits.THREE, Bits.FOUR, Bits.EIGHT));

  @Option(names = "--private", description = "No text may be used to calibrate.")
  private boolean dataFree;

  @Option(names = "--moe", description = "Tell what calibration reaches of a mixture's experts.")
  private boolean mixture;

  @Option(
      names = "--vram",
      paramLabel = "SIZE",
      description = "Memory of each device, such as 24GiB. Default 24GiB.")
  private String vram = "24GiB";

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of the longest sequence that is served. Default 512.")
  private int context = 512;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description = "Devices that share each layer. Default 1.")
  private int gpus = 1;

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description = "Methods to choose among, with commas. Default rtn,hqq,ls,awq,awq+ls,gptq.")
  private List<MethodWord> methods =
      new ArrayList<>(
          Stream.of("rtn", "hqq", "ls", "awq", "awq+ls", "gptq").map(MethodWord::of).toList());

  @Mixin private final EvaluationText text = new EvaluationText();

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    if (stack != null) {
      SupportTable.read().of(stack);
    }
    ServingSettings serving =
        new ServingSettings(
            Optional.empty(),
            context,
            1,
            gpus,
            16,
            ServingSettings.USUAL_STEP,
            ServingSettings.USUAL_RESERVE);
    return new LabChoose(
        new Situation(Optional.ofNullable(stack), dataFree, ByteSize.of("--vram", vram), serving),
        bits.stream().distinct().toList(),
        mixture,
        methods.stream().distinct().toList(),
        parameters.settings(),
        calibration.calibration(),
        text.file(),
        result.as());
  }
}
