package halfstep.magics.command;

import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.experts.MixedBits.Pair;
import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab experts}. */
@Command(
    name = "experts",
    description =
        "Which experts of a mixture a text reaches, and what calibration on few of their tokens"
            + " costs them.",
    footer = {"%load experts", "%lab experts --bits 3 --sizes 64 --tokens 512 --ctx 64"})
final class LabExpertsLine implements Line {

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      defaultValue = "3",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Bits of the experts: ${COMPLETION-CANDIDATES}. Default 3.")
  private Bits bits = Bits.THREE;

  @Mixin private final GroupSizeOption group = new GroupSizeOption();

  @Option(
      names = "--sizes",
      paramLabel = "N",
      split = ",",
      description =
          "Tokens to calibrate with, numbers with commas; what a text does not have is left out."
              + " Default 64,256,1024,4096.")
  private List<Integer> sizes = new ArrayList<>(List.of(64, 256, 1024, 4096));

  @Option(
      names = "--mixed",
      paramLabel = "A:E",
      split = ",",
      description =
          "Bits of attention and experts to try together, with commas. Default"
              + " 3:3,4:3,8:3,4:2,3:4.")
  private List<String> pairs = new ArrayList<>(List.of("3:3", "4:3", "8:3", "4:2", "3:4"));

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description =
          "A text; may be repeated. Its first half calibrates, its second half evaluates. Default:"
              + " the project's own texts.")
  private List<String> texts = new ArrayList<>();

  @Option(
      names = "--tokens",
      paramLabel = "N",
      defaultValue = "16384",
      description = "Most tokens of each text, drawn evenly. Default 16384.")
  private int tokens = 16_384;

  @Option(
      names = "--ctx",
      paramLabel = "N",
      defaultValue = "256",
      description = "Tokens per window, each read from empty context. Default 256.")
  private int ctx = 256;

  @Option(
      names = "--least",
      paramLabel = "N",
      defaultValue = "64",
      description = "An expert that fewer tokens reach counts as starved. Default 64.")
  private int least = 64;

  @Option(names = "--seed", paramLabel = "N", description = "Of the bootstrap. Default 1.")
  private long seed = 1;

  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    sizes.forEach(size -> LabNumbers.atLeast("--sizes", size, 2));
    LabNumbers.atLeast("--ctx", ctx, 2);
    LabNumbers.atLeast("--tokens", tokens, 2 * ctx);
    LabNumbers.atLeast("--least", least, 1);
    return new LabExperts(
        new ExpertStudy.Plan(
            LabNumbers.whole(bits),
            group.size(),
            sizes.stream().distinct().sorted().toList(),
            pairs.stream().distinct().map(LabExpertsLine::pair).toList(),
            seed),
        texts,
        tokens,
        ctx,
        least,
        result.as());
  }

  private static Pair pair(String word) {
    String[] parts = word.strip().split(":", -1);
    try {
      if (parts.length == 2) {
        return new Pair(LabNumbers.whole(Bits.of(parts[0])), LabNumbers.whole(Bits.of(parts[1])));
      }
    } catch (IllegalArgumentException e) {
      UsageException refusal = new UsageException("--mixed %s: %s".formatted(word, e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
    throw new UsageException(
        "--mixed %s: bits of the attention and of the experts, such as 4:3".formatted(word));
  }
}
