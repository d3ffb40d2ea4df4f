package halfstep.export;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model that a format cannot hold, or files that are not what they claim, with the way out. */
public final class ExportException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence with what came, what was expected, and the way out
   */
  public ExportException(String message) {
    this(message, null);
  }

  /** The same, found by another exception. */
  public ExportException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  static ExportException ofFile(Path file, String problem) {
    return new ExportException(file + ": " + problem);
  }

  static ExportException ofLayer(String layer, String problem) {
    return new ExportException("layer %s: %s".formatted(layer, problem));
  }
}
