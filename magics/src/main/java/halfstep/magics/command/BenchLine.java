package halfstep.magics.command;

import halfstep.quant.Bits;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code %bench}. */
@Command(
    name = "bench",
    description =
        "Compare methods and widths: the error of each layer, or of the whole model; matvec times"
            + " products with packed weights. %%bench times the Java of a cell (%help %%bench).",
    footer = {
      "%bench 0.down_proj --methods rtn,hqq --bits 3,4 --tokens 512",
      "%bench down_proj --methods rtn,hqq --bits 3 --beside rtn --tokens 512 --as errors",
      "%bench model --methods rtn --bits 4 --tokens 512",
      "%bench matvec --bits 3,4 --rows 1,4 --size 256 --seconds 0.01 --as rates"
    })
final class BenchLine implements Line {

  private static final List<MethodWord> METHODS =
      List.of(MethodWord.of("rtn"), MethodWord.of("hqq"), MethodWord.of("awq"));

  @Parameters(
      paramLabel = "LAYERS",
      description =
          "A role such as down_proj, a glob, all; model for the whole model's output; or matvec.")
  private String target = "";

  @Option(
      names = "--methods",
      paramLabel = "METHOD",
      split = ",",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description =
          "Methods with commas: ${COMPLETION-CANDIDATES}, or a variable of yours that holds a"
              + " GroupSolver. Default rtn,hqq,awq.")
  private List<MethodWord> methods = new ArrayList<>(METHODS);

  @Mixin private final MethodOptions parameters = new MethodOptions();

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
      description = "Weights that share a scale, or row, or tensor; sizes with commas. Default 64.")
  private List<Integer> groups = new ArrayList<>(List.of(64));

  @Option(
      names = "--beside",
      paramLabel = "METHOD",
      converter = Converters.OfMethod.class,
      completionCandidates = Converters.MethodWords.class,
      description =
          "For layers: one of the methods, to pair the others with layer by layer; mean difference"
              + " with a 95-percent bootstrap interval.")
  private @Nullable MethodWord beside;

  @Option(
      names = "--text",
      paramLabel = "FILE",
      description = "For model: text file to evaluate on. Default: the project's own text.")
  private @Nullable String text;

  @Mixin private final MatvecOptions matvec = new MatvecOptions();

  @Mixin private final CalibrationOptions calibration = new CalibrationOptions();
  @Mixin private final DeviceOption device = new DeviceOption();
  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    Request.Grid grid =
        new Request.Grid(
            methods.stream().distinct().toList(),
            parameters.settings(),
            bits.stream().distinct().toList(),
            groups.stream().distinct().toList());
    requirePossible();
    if (target.equals("matvec")) {
      requireProductsAlone();
      return matvec.request(grid, result.as());
    }
    matvec.requireNone(target);
    return target.equals("model")
        ? new BenchRequest.Model(
            grid, calibration.calibration(), Optional.ofNullable(text), result.as())
        : new BenchRequest.Layers(
            target, grid, Optional.ofNullable(beside), calibration.calibration(), result.as());
  }

  private void requireProductsAlone() {
    if (beside != null || text != null || !methods.equals(METHODS)) {
      throw new UsageException(
          "%bench matvec times products, whatever method made the codes; leave out --methods,"
              + " --beside and --text");
    }
  }

  private void requirePossible() {
    if (beside == null) {
      return;
    }
    if (target.equals("model")) {
      throw new UsageException(
          "--beside pairs layers, and %bench model measures whole models, with standard errors;"
              + " leave it out, or bench layers");
    }
    if (!methods.contains(beside)) {
      throw new UsageException(
          "--beside %s is none of the methods; add it: --methods %s,%s"
              .formatted(
                  beside,
                  String.join(",", methods.stream().map(MethodWord::text).toList()),
                  beside));
    }
  }
}
