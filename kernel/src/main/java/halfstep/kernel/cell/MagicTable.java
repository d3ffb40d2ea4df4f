package halfstep.kernel.cell;

import halfstep.kernel.spi.LineAssist;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The magics that are registered, however they are registered. */
public interface MagicTable {

  /** Names of the line magics. */
  Set<String> lineNames();

  /** Names of the cell magics. */
  Set<String> cellNames();

  /**
   * Calls a line magic.
   *
   * @param name a name of {@link #lineNames}
   * @param words its arguments
   * @return what the magic returns
   * @throws Exception what the magic throws
   */
  @Nullable Object callLine(String name, List<String> words) throws Exception;

  /**
   * Calls a cell magic.
   *
   * @param name a name of {@link #cellNames}
   * @param words its arguments
   * @param body the lines below it
   * @return what the magic returns
   * @throws Exception what the magic throws
   */
  @Nullable Object callCell(String name, List<String> words, String body) throws Exception;

  /**
   * What a magic offers beside running.
   *
   * @param name a line or cell magic's name
   * @return empty when there is no such magic or it offers nothing
   */
  Optional<LineAssist> assist(String name);

  /**
   * Turns {@code T x = %magic …} into Java.
   *
   * @param line one line
   * @return one line of Java
   */
  String transpile(String line);
}
