package halfstep.kernel.source;

/** A stretch of a cell. */
public sealed interface CellPart {

  /**
   * Java, any number of snippets.
   *
   * @param source the text
   * @param firstLine line in the cell where it begins, from 1
   */
  record Java(String source, int firstLine) implements CellPart {}

  /**
   * {@code %name arguments}.
   *
   * @param name the magic's name
   * @param arguments the text after the name
   */
  record Line(String name, String arguments) implements CellPart {}

  /**
   * {@code %%name arguments} and the rest of the cell.
   *
   * @param name the magic's name
   * @param arguments the text after the name, on its line
   * @param body the lines below
   */
  record Whole(String name, String arguments, String body) implements CellPart {}

  /**
   * {@code %name?} or {@code %%name?}.
   *
   * @param name the magic's name
   */
  record Help(String name) implements CellPart {}

  /**
   * {@code name?} or {@code name??} alone in a cell.
   *
   * @param name a Java name with its qualifiers
   * @param detail 0 for a summary, 1 for everything
   */
  record Explain(String name, int detail) implements CellPart {}
}
