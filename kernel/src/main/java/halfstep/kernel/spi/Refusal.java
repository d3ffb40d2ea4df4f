package halfstep.kernel.spi;

import org.jspecify.annotations.Nullable;

/**
 * An error for the reader of the notebook: one sentence that says what came, what was expected and
 * the way out. It is shown as just that sentence, without a stack trace.
 */
public class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String name;

  /**
   * Makes a refusal.
   *
   * @param name its short name, shown before the sentence, for example {@code UnknownLayer}
   * @param message the sentence
   * @param cause what led to it, or null
   */
  public Refusal(String name, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.name = name;
  }

  /**
   * The short name of this kind of refusal.
   *
   * @return as given to the constructor
   */
  public String name() {
    return name;
  }
}
