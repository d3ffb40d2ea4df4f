package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %generate}. */
@Command(
    name = "generate",
    description = "Let the loaded model write on, in several forms of it side by side.",
    footer = {
      "%generate Once upon a time --length 12 --models fp,hqq3",
      "%generate Once --length 12 --temperature 0.8 --seed 1"
    })
final class GenerateLine implements Line {

  @Parameters(arity = "1..*", paramLabel = "PROMPT", description = "The text to continue.")
  private List<String> prompt = new ArrayList<>();

  @Option(
      names = "--models",
      paramLabel = "FORM",
      split = ",",
      converter = Converters.OfModel.class,
      completionCandidates = Converters.ModelWords.class,
      description =
          "Forms of the model with commas: fp as it is, or a method and its bits such as hqq3,"
              + " awq4, or a variable of yours that holds a GroupSolver and bits. Default fp.")
  private List<ModelWord> models = new ArrayList<>(List.of(ModelWord.FULL));

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Mixin private final WritingOptions writing = new WritingOptions();
  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new Request.Generate(
        String.join(" ", prompt),
        models.stream().distinct().toList(),
        parameters.settings(),
        group.size(),
        writing.writing(),
        calibration.calibration(),
        result.as());
  }
}
