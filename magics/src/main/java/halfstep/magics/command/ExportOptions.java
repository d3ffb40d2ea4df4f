package halfstep.magics.command;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What to export, as what, and for whom. */
public final class ExportOptions {

  private static final List<String> ENGINES =
      List.of("vllm", "transformers", "exllamav2", "marlin", "bitblas", "hqq", "llama.cpp");

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
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Largest file, such as 2GiB or 500MB. Default 5GB.")
  private String shard = "5GB";

  @Option(
      names = "--gguf-type",
      paramLabel = "TYPE",
      description = "auto keeps codes where blocks can hold them; or Q4_0, Q4_1, Q8_0, F16, F32.")
  private String ggufType = "auto";

  @Option(
      names = "--dtype",
      paramLabel = "TYPE",
      description = "Of plain weights: F32, F16 or BF16. Default F32.")
  private String plainType = "F32";

  @Option(
      names = "--for",
      paramLabel = "ENGINE",
      completionCandidates = Engines.class,
      description =
          "Check first whether it will run there: ${COMPLETION-CANDIDATES}. Without --out"
              + " only that.")
  private @Nullable String engine;

  @Option(names = "--tp", paramLabel = "N", description = "Devices that share each layer there.")
  private int tp = 1;

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

  /** The words of engines. */
  static final class Engines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return ENGINES.iterator();
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
      require(out != null || engine != null, "--out DIR, or --for ENGINE to check only");
    }
    if (zero != null && !zero.equals("integer")) {
      throw new UsageException("--zero takes integer, not \"%s\"".formatted(zero));
    }
    return new ExportSettings(
        Optional.ofNullable(input),
        Optional.ofNullable(out),
        wanted,
        new Export.Settings(
            model,
            zero != null,
            bytes(shard),
            ggufType.toUpperCase(Locale.ROOT),
            plainType.toUpperCase(Locale.ROOT)),
        Optional.ofNullable(engine),
        tp,
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

  /**
   * Bytes of a size such as {@code 2GiB} or {@code 500MB}.
   *
   * @throws UsageException if it is no size
   */
  public static long bytes(String size) {
    java.util.regex.Matcher matcher =
        java.util.regex.Pattern.compile("(\\d+)\\s*(B|KB|MB|GB|KiB|MiB|GiB)?")
            .matcher(size.strip());
    if (!matcher.matches() || matcher.group(1).length() > 9) {
      throw new UsageException("\"%s\" is no size; write 2GiB or 500MB".formatted(size));
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    long bytes =
        switch (unit) {
          case "KB" -> number * 1_000;
          case "MB" -> number * 1_000_000;
          case "GB" -> number * 1_000_000_000;
          case "KiB" -> number << 10;
          case "MiB" -> number << 20;
          case "GiB" -> number << 30;
          default -> number;
        };
    if (bytes < 1) {
      throw new UsageException("a largest file of %s holds nothing".formatted(size));
    }
    return bytes;
  }
}
