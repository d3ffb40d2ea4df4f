package halfstep.magics.cli;

import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.export.ExportedJob;
import halfstep.export.ForeignConfig;
import halfstep.job.QuantizeJob;
import halfstep.magics.command.TargetOptions;
import halfstep.quant.QuantSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
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

  @Mixin private final TargetOptions target = new TargetOptions();

  @Option(
      names = "--config",
      paramLabel = "FILE.json",
      description = "Bits, groups, axis and zeros in AutoAWQ's or hqq's own words.")
  private @Nullable Path config;

  /** The grid that a configuration file names, or that of the options. */
  QuantSpec grid(QuantSpec options) {
    return config == null ? options : ForeignConfig.read(config).spec();
  }

  /** Globs of layers that the configuration file leaves out. */
  List<String> excluded() {
    return config == null ? List.of() : ForeignConfig.read(config).excluded();
  }

  String label() {
    return format;
  }

  /** The job that also exports, if something else than raw is wanted. */
  Optional<ExportedJob> exported(QuantizeJob job) {
    if (format.equalsIgnoreCase("raw")) {
      if (target.engine().isPresent()) {
        throw new IllegalArgumentException(
            "--for %s needs --format, one of %s"
                .formatted(target.engine().get(), ExportFormat.words()));
      }
      return Optional.empty();
    }
    return Optional.of(
        new ExportedJob(
            job,
            ExportFormat.of(format),
            target.of(Export.Settings.DEFAULT),
            target.engine(),
            target.devices()));
  }
}
