package halfstep.fuzz;

import org.jspecify.annotations.Nullable;

/** A reader that broke a promise. */
public final class Finding extends AssertionError {

  private static final long serialVersionUID = 1L;

  /** What was promised and what happened. */
  public Finding(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}
