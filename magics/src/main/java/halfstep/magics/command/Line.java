package halfstep.magics.command;

/** A picocli model that knows which request its options make. */
interface Line {

  /**
   * The request.
   *
   * @throws IllegalArgumentException if options contradict one another or leave their range
   */
  Request request();
}
