package halfstep.kernel.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cell whose code threw. The cause is the very object that was thrown; beside it stand the traces
 * of it and its causes in terms of cells and lines.
 */
public final class CellFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<List<String>> frames;

  CellFailure(Throwable thrown, List<List<String>> frames) {
    super(thrown);
    this.frames = frames;
  }

  /** What was thrown. */
  public Throwable thrown() {
    Throwable cause = getCause();
    return cause == null ? this : cause;
  }

  /**
   * The frames of the exception or one of its causes.
   *
   * @param depth 0 for the exception itself, 1 for its cause and so on
   * @return one line each, innermost first, without the engine's own; null when they are not known
   */
  public @Nullable List<String> frames(int depth) {
    return depth < frames.size() ? frames.get(depth) : null;
  }
}
