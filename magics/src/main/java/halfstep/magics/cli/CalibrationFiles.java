package halfstep.magics.cli;

import halfstep.job.Calibration;
import halfstep.llm.Model;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What flows through a model while it is calibrated. */
final class CalibrationFiles {

  @Option(
      names = "--calib",
      paramLabel = "FILE",
      description = "Text, or a .safetensors file of token ids, to calibrate with.")
  private @Nullable Path file;

  @Option(names = "--calib-samples", paramLabel = "N", description = "Most windows. Default 128.")
  private int samples = 128;

  @Option(
      names = "--calib-length",
      paramLabel = "N",
      description = "Tokens per window. Default 512.")
  private int length = 512;

  /** The windows, or null if no file was named. */
  @Nullable Calibration read(Path model) {
    if (file == null) {
      return null;
    }
    if (file.getFileName().toString().endsWith(".safetensors")) {
      return Calibration.ofTokens(file, samples);
    }
    if (!Files.isDirectory(model)) {
      throw new IllegalArgumentException(
          "%s is no model folder, so there is no tokenizer to read %s with; calibrate with token ids"
              .formatted(model, file));
    }
    return Calibration.ofText(file, Model.open(model).tokenizer(), samples, length);
  }
}
