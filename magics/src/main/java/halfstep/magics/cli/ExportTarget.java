package halfstep.magics.cli;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.export.ExportedJob;
import halfstep.export.ForeignConfig;
import halfstep.job.QuantizeJob;
import halfstep.magics.command.ExportOptions;
import halfstep.quant.QuantSpec;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** For whom {@code quantize} writes. */
final class ExportTarget {

  @Option(
      names = "--format",
      paramLabel = "FORMAT",
      description =
          "raw: codes, scales and zeros as they are, which export takes; or awq, gptq,"
              + " gptq_v2, hqq, compressed-tensors, gguf, plain. Default raw.")
  private String format = "raw";

  @Option(
      names = "--for",
      paramLabel = "ENGINE",
      description =
          "Refuse now what this engine would not run: vllm, transformers, exllamav2,"
              + " marlin, bitblas, hqq, llama.cpp.")
  private @Nullable String engine;

  @Option(names = "--tp", paramLabel = "N", description = "Devices that share each layer there.")
  private int tp = 1;

  @Option(
      names = "--max-shard-size",
      paramLabel = "SIZE",
      description = "Largest file, such as 2GiB. Default 5GB.")
  private String shard = "5GB";

  @Option(
      names = "--gguf-type",
      paramLabel = "TYPE",
      description = "auto, Q4_0, Q4_1, Q8_0, F16 or F32. Default auto.")
  private String ggufType = "auto";

  @Option(
      names = "--config",
      paramLabel = "FILE.json",
      description = "Bits, groups, axis and zeros in AutoAWQ's or hqq's own words.")
  private @Nullable Path config;

  /** The grid that a configuration file names, or that of the options. */
  QuantSpec grid(QuantSpec options) {
    return config == null ? options : ForeignConfig.read(config).spec();
  }

  String label() {
    return format;
  }

  /** The job that also exports, if something else than raw is wanted. */
  Optional<ExportedJob> exported(QuantizeJob job) {
    if (format.equalsIgnoreCase("raw")) {
      if (engine != null) {
        throw new IllegalArgumentException(
            "--for %s needs --format, one of %s".formatted(engine, ExportFormat.words()));
      }
      return Optional.empty();
    }
    Export.Settings settings =
        Export.Settings.DEFAULT
            .withShardBytes(ExportOptions.bytes(shard))
            .withGgufType(ggufType.toUpperCase(Locale.ROOT));
    return Optional.of(
        new ExportedJob(job, ExportFormat.of(format), settings, Optional.ofNullable(engine), tp));
  }
}
