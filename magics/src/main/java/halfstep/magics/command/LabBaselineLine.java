package halfstep.magics.command;

import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab baseline}. */
@Command(
    name = "baseline",
    description =
        "The ladder: every method at every width by effective bits, with intervals, and least"
            + " squares beside HQQ and AWQ at equal bits.",
    footer = {
      "%lab baseline --methods rtn,hqq,ls --bits 2,3,4 --tokens 128 --ctx 64",
      "%lab baseline --methods rtn,awq --bits 3 --tokens 128 --ctx 64 --grid 3 --as ladder"
    })
final class LabBaselineLine implements Line {

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description =
          "Methods with commas: ${COMPLETION-CANDIDATES}. Default rtn,hqq,ls,awq,awq+ls,gptq.")
  private List<MethodWord> methods =
      new ArrayList<>(
          Stream.of("rtn", "hqq", "ls", "awq", "awq+ls", "gptq").map(MethodWord::of).toList());

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      split = ",",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Widths with commas: ${COMPLETION-CANDIDATES}. Default 2,3,4,8.")
  private List<Bits> bits = new ArrayList<>(List.of(Bits.TWO, Bits.THREE, Bits.FOUR, Bits.EIGHT));

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      split = ",",
      converter = Converters.OfGroup.class,
      completionCandidates = Converters.GroupWords.class,
      description =
          "Weights that share a scale; sizes with commas. Default 64, and 128 for rounding, too.")
  private List<Integer> groups = new ArrayList<>();

  @Mixin private final EvaluationText text = new EvaluationText();

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new LabBaseline(
        new Request.Grid(
            methods.stream().distinct().toList(),
            parameters.settings(),
            bits.stream().distinct().toList(),
            groups.stream().distinct().toList()),
        calibration.calibration(),
        text.file(),
        result.as());
  }
}
