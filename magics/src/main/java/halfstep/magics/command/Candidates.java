package halfstep.magics.command;

import java.util.List;

/** What may stand in a place whose words are known only while the program runs. */
@FunctionalInterface
public interface Candidates {

  /** Nothing is known. */
  Candidates NONE = kind -> List.of();

  /**
   * The words that fit.
   *
   * @param kind the parameter's label in the help: {@code LAYER}, {@code BLOCK}, {@code MODEL} …
   */
  List<String> of(String kind);
}
