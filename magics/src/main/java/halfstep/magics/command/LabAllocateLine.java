package halfstep.magics.command;

import halfstep.lab.memory.ServingSettings;
import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %lab allocate}. */
@Command(
    name = "allocate",
    description =
        "Spend a budget of bytes: the exact allocation of bits, groups and methods to layers with"
            + " the least predicted KL, measured beside uniform ones and a rule of thumb.",
    footer = {
      "%lab allocate --bits 2,3 --tokens 128 --ctx 64 --measure 256",
      "%lab allocate --bits 2,3 --vram 780MiB --tokens 128 --ctx 64 --measure 256",
      "%lab allocate --bits 2,4 --group 64 --budget 3,3.5 --tokens 128 --ctx 64 --as spent"
    })
final class LabAllocateLine implements Line {

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description = "Methods with commas: ${COMPLETION-CANDIDATES}. Default hqq.")
  private List<MethodWord> methods = new ArrayList<>(List.of(MethodWord.of("hqq")));

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      split = ",",
      converter = Converters.OfBits.class,
      completionCandidates = Converters.BitsWords.class,
      description = "Widths with commas: ${COMPLETION-CANDIDATES}. Default 2,3,4.")
  private List<Bits> bits = new ArrayList<>(List.of(Bits.TWO, Bits.THREE, Bits.FOUR));

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      split = ",",
      converter = Converters.OfGroup.class,
      completionCandidates = Converters.GroupWords.class,
      description = "Weights that share a scale; sizes with commas. Default 64,128.")
  private List<Integer> groups = new ArrayList<>(List.of(64, 128));

  @Option(
      names = "--budget",
      paramLabel = "BITS",
      split = ",",
      description =
          "Bits per weight to spend, scales and zeros counted; numbers with commas. Default: what"
              + " groups of 64 in the MLP and of 128 in the attention take at each width.")
  private List<Double> budgets = new ArrayList<>();

  @Option(
      names = "--vram",
      paramLabel = "SIZE",
      description =
          "A device's memory, such as 24GiB: a budget of what cache, embedding, activations and a"
              + " reserve leave of it to the layers.")
  private @Nullable String vram;

  @Option(
      names = "--context",
      paramLabel = "N",
      description = "Tokens of the longest sequence that --vram has to hold. Default 512.")
  private int context = 512;

  @Option(
      names = "--measure",
      paramLabel = "N",
      description = "Most tokens to measure allocations on. Default four times --tokens.")
  private @Nullable Integer measure;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "Text file to measure allocations on. Default: the project's own text.")
  private @Nullable String text;

  @Mixin private final MethodOptions parameters = new MethodOptions();
  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    Request.Calibration choosing = calibration.calibration();
    int measured = measure == null ? 4 * choosing.tokens() : measure;
    if (measured < 2 * choosing.ctx()) {
      throw new UsageException(
          "--measure %d is less than two windows of --ctx %d; differences need at least two"
              .formatted(measured, choosing.ctx()));
    }
    for (double budget : budgets) {
      if (!(budget > 0) || budget > Float.SIZE) {
        throw new UsageException(
            "--budget %s: bits per weight are a number above 0, at most 32".formatted(budget));
      }
    }
    return new LabAllocate(
        new Request.Grid(
            methods.stream().distinct().toList(),
            parameters.settings(),
            bits.stream().distinct().toList(),
            groups.stream().distinct().toList()),
        budgets,
        Optional.ofNullable(vram).map(this::device),
        choosing,
        Optional.ofNullable(text),
        measured,
        result.as());
  }

  private LabAllocate.Device device(String size) {
    LabNumbers.atLeast("--context", context, 1);
    return new LabAllocate.Device(
        ByteSize.of("--vram", size), ServingSettings.of(Optional.empty(), context));
  }
}
