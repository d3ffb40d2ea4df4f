package halfstep.magics.command;

import java.util.Optional;

/**
 * What a line wants to see of its result.
 *
 * @param form how it is shown
 * @param csv the file to write its table to, if any
 */
public record Showing(Form form, Optional<String> csv) {

  /** As a table with charts, and nothing written: what a line gets that does not say. */
  public static final Showing USUAL = new Showing(Form.TABLE, Optional.empty());

  /** The ways of showing. */
  public enum Form {
    /** Table, sentences and charts. */
    TABLE,
    /** One JSON object. */
    JSON,
    /** Nothing at all. */
    NOTHING
  }
}
