package halfstep.text;

/** A tokenizer or a text that cannot be used. */
public final class TokenizerException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence with what came and what was expected
   */
  public TokenizerException(String message) {
    super(message);
  }

  TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
