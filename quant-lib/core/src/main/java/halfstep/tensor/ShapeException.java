package halfstep.tensor;

/** A shape that does not fit; the message says what came, what was expected and what would fit. */
public final class ShapeException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence with the numbers in it
   */
  public ShapeException(String message) {
    super(message);
  }
}
