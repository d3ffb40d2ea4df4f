package halfstep.magics.command;

/** A picocli model of a cell's first line, which knows what to do with the lines below. */
interface CellLine {

  /**
   * The request.
   *
   * @param body the lines below the first
   * @throws IllegalArgumentException if options contradict one another or leave their range
   */
  Request request(String body);
}
