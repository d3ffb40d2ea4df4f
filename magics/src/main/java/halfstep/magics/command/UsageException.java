package halfstep.magics.command;

/** A line that is no command; the message says what came, what is expected and the nearest word. */
public final class UsageException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence
   */
  public UsageException(String message) {
    super(message);
  }
}
