package halfstep.export;

import java.nio.file.Path;
import java.util.function.Supplier;
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

  /**
   * Reads what a file claims; numbers in it that make no sense are refused as the file's.
   *
   * @param path what is read
   * @param what of it
   */
  static <T extends @Nullable Object> T reading(Path path, String what, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw impossible(path, what, e);
    }
  }

  /** Numbers in a file that make no sense. */
  static ExportException impossible(Path path, String what, RuntimeException cause) {
    return new ExportException(
        "%s: %s is not what the file says; it is corrupt or of another kind: %s"
            .formatted(path, what, cause.getMessage()),
        cause);
  }

  static ExportException ofFile(Path file, String problem) {
    return new ExportException(file + ": " + problem);
  }

  static ExportException ofLayer(String layer, String problem) {
    return new ExportException("layer %s: %s".formatted(layer, problem));
  }
}
