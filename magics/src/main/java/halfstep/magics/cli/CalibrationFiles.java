package halfstep.magics.cli;

import halfstep.job.Calibration;
import halfstep.job.CalibrationSource;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.text.Documents;
import halfstep.text.Overlap;
import halfstep.text.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What flows through a model while it is calibrated. */
final class CalibrationFiles {

  @Option(
      names = "--calib",
      paramLabel = "FILE[=WEIGHT]",
      description =
          "What to calibrate with: text, .jsonl, .json, .parquet, those with .gz, token ids in"
              + " .safetensors or .json, or wikitext2, pile, codealpaca from the hub. May be"
              + " repeated; weights share the windows out: en.txt=0.5 code.jsonl=0.5.")
  private List<String> words = new ArrayList<>();

  @Option(names = "--calib-samples", paramLabel = "N", description = "Most windows. Default 128.")
  private int samples = Calibration.USUAL_SAMPLES;

  @Option(
      names = "--calib-length",
      paramLabel = "N",
      description = "Tokens per window. Default 512.")
  private int length = Calibration.USUAL_LENGTH;

  @Option(
      names = "--eval-text",
      paramLabel = "FILE",
      description = "A text to be evaluated on later: warn if the calibration repeats it.")
  private @Nullable Path evaluation;

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /**
   * The windows, or null if no file was named; what the text to be evaluated on shares with them
   * goes to stderr.
   */
  @Nullable Calibration read(Path model) {
    if (words.isEmpty()) {
      return null;
    }
    PrintWriter err = err();
    List<CalibrationSource> sources =
        CalibrationSource.parse(words, word -> HubFiles.text(word, err));
    Supplier<Tokenizer> tokenizer = () -> tokenizer(model);
    Calibration calibration = Calibration.mix(sources, tokenizer, samples, length);
    if (evaluation != null) {
      int[] tokens = tokenizer.get().encode(Documents.joined(evaluation));
      err.println("calibration: " + Overlap.of(windows(calibration.windows()), tokens));
    }
    return calibration;
  }

  /** Says on stderr what the windows came from: tokens used and dropped, text by text. */
  void tell(@Nullable Calibration used) {
    if (used != null) {
      used.parts().forEach(part -> err().println("calibration: " + part.label()));
    }
  }

  private PrintWriter err() {
    return Objects.requireNonNull(command).commandLine().getErr();
  }

  private static List<int[]> windows(TokenWindows windows) {
    return IntStream.range(0, windows.count()).mapToObj(windows::window).toList();
  }

  private Tokenizer tokenizer(Path model) {
    if (!Files.isDirectory(model)) {
      throw new IllegalArgumentException(
          "%s is no model folder, so there is no tokenizer to read %s with; calibrate with token ids"
              .formatted(model, String.join(", ", words)));
    }
    return Model.open(model).tokenizer();
  }
}
