package halfstep.magics.session;

/** Something was named that is not there; the message says what exists and what is nearest. */
public final class NotFoundException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence
   */
  public NotFoundException(String message) {
    super(message);
  }
}
