package halfstep.magics.command;

import halfstep.lab.lora.LoraConfig;
import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab lora}. */
@Command(
    name = "lora",
    description =
        "Fine-tune adapters on the model and on quantized bases of it with equal seeds: loss and"
            + " gradient norm of each step, and how much of the gain is kept.",
    footer = {"%lab lora --bits 3 --bases hqq,awq --steps 4 --length 32 --batch 2 --rank 2"})
final class LabLoraLine implements Line {

  private static final List<MethodWord> BASES =
      List.of(MethodWord.of("rtn"), MethodWord.of("hqq"), MethodWord.of("awq"));

  @Option(
      names = "--bases",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description =
          "Methods with commas: ${COMPLETION-CANDIDATES}. A calibrated one is tried twice, on either"
              + " text. Default rtn,hqq,awq.")
  private List<MethodWord> bases = new ArrayList<>(BASES);

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      defaultValue = "3",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Bits of the bases: ${COMPLETION-CANDIDATES}. Default 3.")
  private Bits bits = Bits.THREE;

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--on",
      paramLabel = "FILE",
      description = "Text to fine-tune on; its last quarter is held out. Default java.txt.")
  private String on = "java.txt";

  @Option(
      names = "--other",
      paramLabel = "FILE",
      description = "Text of another kind for calibrated methods. Default prose.txt.")
  private String other = "prose.txt";

  @Option(names = "--steps", paramLabel = "N", description = "Steps of training. Default 40.")
  private int steps = LoraConfig.DEFAULT.steps();

  @Option(names = "--rank", paramLabel = "N", description = "Rank of the adapters. Default 8.")
  private int rank = LoraConfig.DEFAULT.rank();

  @Option(
      names = "--alpha",
      paramLabel = "X",
      description = "An adapter counts alpha / rank. Default: twice the rank.")
  private @Nullable Double alpha;

  @Option(
      names = "--rate",
      paramLabel = "X",
      description = "Learning rate of AdamW. Default 0.005.")
  private double rate = LoraConfig.DEFAULT.learningRate();

  @Option(names = "--batch", paramLabel = "N", description = "Windows of a step. Default 4.")
  private int batch = LoraConfig.DEFAULT.batch();

  @Option(names = "--length", paramLabel = "N", description = "Tokens of a window. Default 64.")
  private int length = LoraConfig.DEFAULT.length();

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "Of the first weights, the windows drawn and the bootstrap. Default 1.")
  private long seed = LoraConfig.DEFAULT.seed();

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    LabNumbers.atLeast("--steps", steps, 3);
    LabNumbers.atLeast("--rank", rank, 1);
    LabNumbers.atLeast("--batch", batch, 1);
    LabNumbers.atLeast("--length", length, 2);
    LoraConfig config =
        new LoraConfig(
            rank,
            alpha == null ? 2.0 * rank : alpha,
            rate,
            LoraConfig.DEFAULT.weightDecay(),
            LoraConfig.DEFAULT.warmup(),
            steps,
            batch,
            length,
            seed);
    return new LabLora(
        config,
        bases.stream().distinct().toList(),
        parameters.settings(),
        bits,
        group.size(),
        on,
        other,
        result.as());
  }
}
