package halfstep.magics.command;

import halfstep.lab.memory.ServingSettings;
import halfstep.quant.Axis;
import halfstep.quant.Bits;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a model is to be served: {@code %lab plan} and {@code halfstep plan} alike. */
public final class PlanOptions {

  private static final String FULL = "16";
  private static final int USUAL_CONTEXT = 2048;

  @Option(
      names = "--vram",
      paramLabel = "SIZE",
      description = "Memory of each device, such as 24GiB. Default 24GiB.")
  private String vram = "24GiB";

  @Option(
      names = "--ctx",
      paramLabel = "N",
      description = "Tokens of the longest sequence. Default 2048, or the model's if it has fewer.")
  private @Nullable Integer context;

  @Option(names = "--batch", paramLabel = "N", description = "Sequences at once. Default 1.")
  private int batch = 1;

  @Option(
      names = "--gpus",
      paramLabel = "N",
      description = "Devices that share each layer (tensor parallelism). Default 1.")
  private int gpus = 1;

  @Option(
      names = "--bits",
      paramLabel = "BITS",
      split = ",",
      description = "Widths with commas; 16 for weights as they are. Default 16,8,4,3,2.")
  private List<String> bits = new ArrayList<>(List.of(FULL, "8", "4", "3", "2"));

  @Option(
      names = "--group",
      paramLabel = "SIZE",
      converter = Converters.OfGroup.class,
      completionCandidates = Converters.GroupWords.class,
      description = "Weights that share a scale, or row, or tensor. Default 64.")
  private int group = 64;

  @Option(
      names = "--zero",
      paramLabel = "KIND",
      converter = Converters.OfZero.class,
      completionCandidates = Converters.ZeroWords.class,
      description = "What zeros cost: float, integer, symmetric. Default float.")
  private ZeroPoint zero = ZeroPoint.FLOAT;

  @Option(
      names = "--cache-bits",
      paramLabel = "BITS",
      description = "Bits of a key or value in the cache: 16, 8, 4. Default 16.")
  private int cacheBits = 16;

  @Option(
      names = "--step",
      paramLabel = "N",
      description = "Most tokens that run through a layer at once. Default 2048.")
  private int step = ServingSettings.USUAL_STEP;

  @Option(
      names = "--reserve",
      paramLabel = "SIZE",
      description = "Kept free for driver, kernels, fragmentation. Default 768MiB.")
  private String reserve = "768MiB";

  /**
   * The options understood.
   *
   * @param model as in {@link LabPlan}
   * @throws UsageException if one of them is none
   */
  public LabPlan plan(Optional<String> model, Optional<String> as) {
    long each = ByteSize.of("--vram", vram);
    ServingSettings settings;
    try {
      settings =
          new ServingSettings(
              Optional.empty(),
              context == null ? USUAL_CONTEXT : context,
              batch,
              gpus,
              cacheBits,
              step,
              ByteSize.of("--reserve", reserve));
    } catch (IllegalArgumentException e) {
      UsageException refusal = new UsageException(String.valueOf(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
    return new LabPlan(model, each, specs(), settings, context == null, as);
  }

  private List<Optional<QuantSpec>> specs() {
    List<Optional<QuantSpec>> specs = new ArrayList<>();
    for (String word : bits) {
      width(word); // a word alone is compared with none, and refused all the same
    }
    bits.stream()
        .distinct()
        .sorted(Comparator.comparingDouble(PlanOptions::width).reversed())
        .forEach(word ->
            specs.add(
                word.equals(FULL)
                    ? Optional.empty()
                    : Optional.of(new QuantSpec(Bits.of(word), group, Axis.IN, zero))));
    return specs;
  }

  private static double width(String word) {
    if (word.equals(FULL)) {
      return Short.SIZE;
    }
    try {
      return Double.parseDouble(Bits.of(word).label());
    } catch (IllegalArgumentException e) {
      UsageException refusal =
          new UsageException("--bits: %s; or 16 for weights as they are".formatted(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }
}
