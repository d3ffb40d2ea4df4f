package halfstep.job;

/** A job that cannot be done as asked, and the way out. */
public final class JobException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * @param message one sentence with what came and what was expected
   */
  public JobException(String message) {
    super(message);
  }
}
