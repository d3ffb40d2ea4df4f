package halfstep.kernel.input;

/** Asks the reader of the notebook for a line. */
@FunctionalInterface
public interface Input {

  /**
   * Asks and waits.
   *
   * @param prompt shown before the answer
   * @param password whether the answer is hidden
   * @return the line, without its end
   * @throws halfstep.kernel.spi.Refusal if the front end answers no questions
   */
  String ask(String prompt, boolean password);
}
