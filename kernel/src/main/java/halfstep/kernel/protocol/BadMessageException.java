package halfstep.kernel.protocol;

/** What came over the wire is no message for us; it is dropped. */
public final class BadMessageException extends Exception {

  private static final long serialVersionUID = 1L;

  /**
   * Makes the exception.
   *
   * @param message what came and what was expected
   */
  public BadMessageException(String message) {
    super(message);
  }
}
