package halfstep.magics.command;

import halfstep.engines.SupportTable;
import halfstep.export.Export;
import java.util.Iterator;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a checkpoint is to run, and in what files: {@code export} and {@code quantize} alike. */
public final class TargetOptions {

  @Option(
      names = "--for",
      paramLabel = "ENGINE",
      completionCandidates = Engines.class,
      description =
          "Check first whether it will run there, and refuse what would not:"
              + " ${COMPLETION-CANDIDATES}. export without --out does only that.")
  private @Nullable String engine;

  @Option(names = "--tp", paramLabel = "N", description = "Devices that share each layer there.")
  private int tp = 1;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Largest file, such as 2GiB or 500MB. Default 5GB.")
  private String shard = "5GB";

  @Option(
      names = "--gguf-type",
      paramLabel = "TYPE",
      description =
          "auto keeps codes where blocks can hold them; or Q4_0, Q4_1, Q8_0, F16, F32. Default"
              + " auto.")
  private String ggufType = "auto";

  /** The words of engines. */
  static final class Engines implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return SupportTable.read().engines().iterator();
    }
  }

  /** Where it must run, if anywhere. */
  public Optional<String> engine() {
    return Optional.ofNullable(engine);
  }

  /** Devices of that engine. */
  public int devices() {
    return tp;
  }

  /**
   * Settings with these files.
   *
   * @throws UsageException if the largest file is no size
   */
  public Export.Settings of(Export.Settings settings) {
    return settings
        .withShardBytes(ByteSize.of("--max-shard-size", shard))
        .withGgufType(ggufType.toUpperCase(Locale.ROOT));
  }
}
