package halfstep.magics.command;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to export, as what, and for whom. */
public final class ExportOptions {

  @Parameters(
      arity = "0..1",
      paramLabel = "INPUT",
      description =
          "A folder that quantize filled, or a checkpoint of awq, gptq, hqq,"
              + " compressed-tensors or gguf to convert.")
  private @Nullable Path input;

  @Option(
      names = {"--to", "--format"},
      paramLabel = "FORMAT",
      completionCandidates = Formats.class,
      description = "As what: ${COMPLETION-CANDIDATES}.")
  private @Nullable String format;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder to fill; it appears when it is complete.")
  private @Nullable Path out;

  @Option(
      names = "--model",
      paramLabel = "DIR",
      description = "Where the original model is, if not where the run says.")
  private @Nullable Path model;

  @Option(
      names = "--zero",
      paramLabel = "KIND",
      description =
          "integer: round float zeros and find codes anew where the format stores zeros"
              + " as codes; the error this adds is printed. Default: as solved.")
  private @Nullable String zero;

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Of plain weights: F32, F16 or BF16. Default F32.")
  private String plainType = "F32";

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(names = "--matrix", description = "Show which kernels take which bits, groups and zeros.")
  private boolean matrix;

  @Option(names = "--python", description = "Show the Python that loads such a checkpoint.")
  private boolean python;

  @Option(
      names = "--inspect",
      description = "Show the quantization found, layer by layer, and write nothing.")
  private boolean inspect;

  /** The words of formats. */
  static final class Formats implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return List.of(ExportFormat.words().split(", ")).iterator();
    }
  }

  /**
   * What the line says.
   *
   * @throws UsageException if something is missing or no such word
   */
  public ExportSettings settings() {
    Optional<ExportFormat> wanted = Optional.ofNullable(format).map(ExportOptions::format);
    if (inspect) {
      require(input != null, "INPUT: a folder that quantize filled, or a checkpoint");
    } else if (!matrix && !(python && input == null)) {
      require(input != null, "INPUT: a folder that quantize filled, or a checkpoint");
      require(wanted.isPresent(), "--to: one of " + ExportFormat.words());
      require(
          out != null || target.engine().isPresent(), "--out DIR, or --for ENGINE to check only");
    }
    if (zero != null && !zero.equals("integer")) {
      throw new UsageException("--zero takes integer, not \"%s\"".formatted(zero));
    }
    return new ExportSettings(
        Optional.ofNullable(input),
        Optional.ofNullable(out),
        wanted,
        target.of(
            new Export.Settings(
                model,
                zero != null,
                Export.SHARD_BYTES,
                Export.Settings.DEFAULT.ggufType(),
                plainType.toUpperCase(Locale.ROOT))),
        target.engine(),
        target.devices(),
        matrix,
        python,
        inspect);
  }

  private static void require(boolean there, String what) {
    if (!there) {
      throw new UsageException("export needs " + what);
    }
  }

  private static ExportFormat format(String word) {
    try {
      return ExportFormat.of(word);
    } catch (IllegalArgumentException e) {
      UsageException refusal = new UsageException(String.valueOf(e.getMessage()));
      refusal.initCause(e);
      throw refusal;
    }
  }
}
