package halfstep.job;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;

/** A job that something stopped on its way: what is done is kept, and can be gone on with. */
public final class StoppedJob extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param cause what stopped it
   * @param done layers that are kept
   * @param all layers there are
   * @param kept the folder that holds them
   */
  StoppedJob(RuntimeException cause, int done, int all, Path kept) {
    super(
        "%s. %d of %d layers are done and kept in %s; remove the obstacle and go on with --resume"
            .formatted(sentence(cause), done, all, kept),
        cause);
  }

  private static String sentence(RuntimeException cause) {
    String said = Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
    String detail =
        cause instanceof UncheckedIOException wrapped && wrapped.getCause() != null
            ? ": " + wrapped.getCause().getMessage()
            : "";
    return (said + detail).replaceFirst("\\.$", "");
  }
}
