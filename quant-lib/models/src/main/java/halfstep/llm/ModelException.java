package halfstep.llm;

/** A model folder, a layer or a text that this library cannot work with, and the way out. */
public final class ModelException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence with what came and what was expected
   */
  public ModelException(String message) {
    super(message);
  }

  ModelException(String message, Throwable cause) {
    super(message, cause);
  }
}
