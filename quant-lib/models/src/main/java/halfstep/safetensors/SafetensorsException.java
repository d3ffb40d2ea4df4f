package halfstep.safetensors;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A checkpoint that cannot be used, with the file, the tensor, and what is wrong with it. */
public final class SafetensorsException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String file;

  /** Something wrong with a whole file. */
  public SafetensorsException(Path file, String problem) {
    this(file, problem, null);
  }

  /** Something wrong with a whole file, found by another exception. */
  public SafetensorsException(Path file, String problem, @Nullable Throwable cause) {
    super(file + ": " + problem, cause);
    this.file = file.toString();
  }

  /** Something wrong with one tensor. */
  static SafetensorsException ofTensor(Path file, String tensor, String problem) {
    return new SafetensorsException(file, "tensor %s: %s".formatted(tensor, problem));
  }

  /** The file that is meant. */
  public Path file() {
    return Path.of(file);
  }
}
