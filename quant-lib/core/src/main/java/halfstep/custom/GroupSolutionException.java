package halfstep.custom;

import org.jspecify.annotations.Nullable;

/** A group solver failed, or returned what is no quantized group; names solver, group and value. */
public final class GroupSolutionException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  GroupSolutionException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
