package halfstep.magics.command;

import java.util.List;
import java.util.Locale;

/**
 * A method as users write it: one of {@link #words()}, or the name of a variable of their own that
 * holds a {@code GroupSolver}, alone or after {@code awq+}.
 *
 * @param text as it is written
 */
public record MethodWord(String text) {

  /** What stands before the method that quantizes the scaled weights. */
  private static final String AWQ_THEN = "awq+";

  private static final List<String> WORDS =
      List.of("rtn", "hqq", "ls", "wls", "awq", "gptq", "awq+rtn", "awq+hqq", "awq+ls");

  /** The methods that everybody has. */
  public static List<String> words() {
    return WORDS;
  }

  /**
   * A word of ours, in any case, or a name that may be somebody's own.
   *
   * @throws UsageException if it is neither
   */
  public static MethodWord of(String word) {
    String written = word.strip();
    String lower = written.toLowerCase(Locale.ROOT);
    if (WORDS.contains(lower)) {
      return new MethodWord(lower);
    }
    MethodWord own = new MethodWord(written);
    if (ResultOptions.isVariable(own.last())) {
      return own;
    }
    throw unknown(written);
  }

  /**
   * A word of ours, in any case.
   *
   * @throws UsageException if it is none
   */
  public static MethodWord builtIn(String word) {
    String lower = word.strip().toLowerCase(Locale.ROOT);
    if (!WORDS.contains(lower)) {
      throw unknown(word);
    }
    return new MethodWord(lower);
  }

  /** Whether AWQ's scales come first. */
  boolean scalesFirst() {
    return text.startsWith(AWQ_THEN);
  }

  /** The method that quantizes: what follows {@code awq+}, or all of it. */
  public String last() {
    return scalesFirst() ? text.substring(AWQ_THEN.length()) : text;
  }

  /** The refusal of a word that names no method. */
  static UsageException unknown(String word) {
    return new UsageException(
        "method \"%s\" does not exist; nearest: %s (of %s)"
            .formatted(word, Nearest.to(word, WORDS, 1).getFirst(), String.join(", ", WORDS)));
  }

  @Override
  public String toString() {
    return text;
  }
}
