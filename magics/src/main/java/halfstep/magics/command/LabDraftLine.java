package halfstep.magics.command;

import halfstep.lab.draft.DraftStudy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab draft}. */
@Command(
    name = "draft",
    description =
        "Quantized forms of the model as its drafts: how often their tokens are kept, what"
            + " speculative decoding gains, and whether it writes what the model alone would.",
    footer = {"%lab draft --drafts rtn2,hqq3 --texts 4 --length 32 --samples 200 --seconds 0.01"})
final class LabDraftLine implements Line {

  private static final List<ModelWord> DRAFTS =
      Stream.of("2", "3", "4")
          .flatMap(bits -> Stream.of("rtn", "hqq", "ls", "awq").map(method -> method + bits))
          .map(ModelWord::of)
          .toList();

  @Option(
      names = "--drafts",
      paramLabel = "FORM",
      split = ",",
      converter = Converters.OfModel.class,
      completionCandidates = Converters.ModelWords.class,
      description =
          "Forms with commas: a method and its bits such as hqq3. Default rtn, hqq, ls and awq at"
              + " 2, 3 and 4 bits.")
  private List<ModelWord> drafts = new ArrayList<>(DRAFTS);

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--lookahead",
      paramLabel = "N",
      description = "Tokens that a draft proposes at a time. Default 4.")
  private int lookahead = 4;

  @Option(
      names = "--texts",
      paramLabel = "N",
      description = "Texts that the model writes, to measure on. Default 16.")
  private int texts = 16;

  @Option(
      names = "--prompt",
      paramLabel = "N",
      description = "Tokens given of each text. Default 16.")
  private int prompt = 16;

  @Option(
      names = "--length",
      paramLabel = "N",
      description = "Tokens of prompt and text. Default 128.")
  private int length = 128;

  @Option(
      names = "--samples",
      paramLabel = "N",
      description = "Continuations each way in the test of equality. Default 1000.")
  private int samples = 1000;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "How long to measure each cost. Default 0.1.")
  private double seconds = 0.1;

  @Option(names = "--seed", paramLabel = "N", description = "Of all that is drawn. Default 1.")
  private long seed = 1;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Its passages begin the texts. Default: the project's own text.")
  private @Nullable String text;

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    LabNumbers.atLeast("--lookahead", lookahead, 1);
    LabNumbers.atLeast("--texts", texts, 2);
    LabNumbers.atLeast("--prompt", prompt, 2);
    LabNumbers.atLeast("--length", length, prompt + 1L);
    LabNumbers.atLeast("--samples", samples, 100);
    if (!(seconds > 0) || seconds > 60) {
      throw new UsageException("--seconds %s: a number above 0, at most 60".formatted(seconds));
    }
    if (drafts.contains(ModelWord.FULL)) {
      throw new UsageException(
          "--drafts fp: the model needs no draft that is itself; name quantized forms such as hqq3");
    }
    return new LabDraft(
        new DraftStudy.Plan(texts, prompt, length, lookahead, samples, seed, seconds),
        drafts.stream().distinct().toList(),
        parameters.settings(),
        group.size(),
        calibration.calibration(),
        Optional.ofNullable(text),
        result.as());
  }
}
