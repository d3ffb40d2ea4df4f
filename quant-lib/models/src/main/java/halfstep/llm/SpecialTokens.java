package halfstep.llm;

import java.util.List;
import java.util.OptionalInt;

/**
 * Tokens with a meaning of their own.
 *
 * @param begin what a text begins with; empty if the model knows no such token
 * @param end any of these ends a text; empty if the model knows none
 */
public record SpecialTokens(OptionalInt begin, List<Integer> end) {

  /** Takes a copy of the list. */
  public SpecialTokens {
    end = List.copyOf(end);
  }
}
