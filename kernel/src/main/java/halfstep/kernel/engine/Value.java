package halfstep.kernel.engine;

import org.jspecify.annotations.Nullable;

/**
 * What a piece of source came to.
 *
 * @param shown whether it ended in an expression whose value the reader wants to see
 * @param object the value itself
 */
public record Value(boolean shown, @Nullable Object object) {

  /** Nothing to show. */
  public static final Value NOTHING = new Value(false, null);
}
