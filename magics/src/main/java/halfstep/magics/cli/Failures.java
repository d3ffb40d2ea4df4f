package halfstep.magics.cli;

import halfstep.safetensors.SafetensorsException;
import halfstep.tensor.InterruptedWork;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.Objects;

/** Failed work as one sentence and an exit status. */
final class Failures {

  private Failures() {}

  /**
   * Prints the sentence.
   *
   * @param verbose whether the stack trace follows
   * @return the exit status
   */
  static int report(Throwable failure, PrintWriter err, boolean verbose) {
    err.println("halfstep: " + sentence(failure));
    if (verbose) {
      failure.printStackTrace(err);
    }
    return failure instanceof InterruptedWork ? 130 : 1;
  }

  private static String sentence(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException missing -> "there is no file " + missing.getFile();
      case FileAlreadyExistsException there -> there.getFile() + " exists already";
      case UncheckedIOException wrapped when wrapped.getCause() instanceof IOException cause ->
          sentence(cause);
      case SafetensorsException refusal -> String.valueOf(refusal.getMessage());
      case OutOfMemoryError full when String.valueOf(full.getMessage()).contains("direct") ->
          "the weights at work did not fit (%s); give --max-memory more"
              .formatted(full.getMessage());
      case OutOfMemoryError full ->
          "out of memory (%s); give Java more with JAVA_TOOL_OPTIONS=-Xmx8g"
              .formatted(full.getMessage());
      default ->
          Objects.requireNonNullElseGet(
              failure.getMessage(),
              () -> failure.getClass().getSimpleName() + "; --verbose shows where");
    };
  }
}
