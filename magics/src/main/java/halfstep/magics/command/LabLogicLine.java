package halfstep.magics.command;

import halfstep.lab.logic.LogicStudy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab logic}. */
@Command(
    name = "logic",
    description =
        "Logic accuracy: the model and its quantized forms finish pieces of Java, and JShell's"
            + " parser says how many are complete and valid.",
    footer = {"%lab logic --forms rtn2 --draws 2 --length 24"})
final class LabLogicLine implements Line {

  @Option(
      names = "--forms",
      paramLabel = "FORM",
      split = ",",
      converter = Converters.OfModel.class,
      completionCandidates = Converters.ModelWords.class,
      description =
          "Forms with commas beside the model itself: a method and its bits such as hqq3. Default"
              + " rtn, hqq and awq at 4, 3 and 2 bits.")
  private List<ModelWord> forms =
      new ArrayList<>(
          Stream.of("4", "3", "2")
              .flatMap(bits -> Stream.of("rtn", "hqq", "awq").map(method -> method + bits))
              .map(ModelWord::of)
              .toList());

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--draws",
      paramLabel = "N",
      description = "Continuations of each of the twelve beginnings. Default 8.")
  private int draws = 8;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Most tokens of a continuation. Default 96.")
  private int length = 96;

  @Option(
      names = "--temperature",
      paramLabel = "T",
      description = "What logits are divided by. Default 0.7.")
  private double temperature = 0.7;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is drawn. Default 1.")
  private long seed = 1;

  @Option(
      names = "--calib",
      paramLabel = "FILE",
      description =
          "A text to calibrate with; may be repeated: a calibrated form is tried on each. Default:"
              + " prose.txt and java.txt.")
  private List<String> calibrations = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      description = "Most tokens of each, drawn evenly. Default 2048.")
  private int tokens = 2048;

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    LabNumbers.atLeast("--draws", draws, 1);
    LabNumbers.atLeast("--length", length, 1);
    LabNumbers.atLeast("--tokens", tokens, 2);
    if (!(temperature > 0) || Double.isInfinite(temperature)) {
      throw new UsageException(
          "--temperature %s: a number above 0; at 0 all draws would be the same"
              .formatted(temperature));
    }
    return new LabLogic(
        new LogicStudy.Plan(draws, length, temperature, seed),
        forms.stream().filter(form -> !form.equals(ModelWord.FULL)).distinct().toList(),
        parameters.settings(),
        group.size(),
        calibrations,
        tokens,
        result.as());
  }
}
