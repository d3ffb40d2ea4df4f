package halfstep.magics.command;

import java.util.ArrayList;
import java.util.List;

/**
 * A line split into words as a shell splits it: blanks part words, quotes and backslashes keep them
 * together.
 *
 * @param words without their quotes
 * @param lastStart offset at which the last word begins; the line's length after a blank
 * @param open whether a quote was never closed
 */
public record Words(List<String> words, int lastStart, boolean open) {

  /** Copies the list. */
  public Words {
    words = List.copyOf(words);
  }

  /**
   * The words of a finished line.
   *
   * @throws UsageException if a quote was never closed
   */
  public static List<String> of(String line) {
    Words split = upTo(line);
    if (split.open()) {
      throw new UsageException("the quote in \"%s\" is never closed".formatted(line.strip()));
    }
    List<String> words = split.words();
    return words.getLast().isEmpty() ? words.subList(0, words.size() - 1) : words;
  }

  /** The words of a line still being written; the last one is empty after a blank. */
  public static Words upTo(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    char quote = 0;
    boolean inside = false;
    int start = line.length();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (quote == 0 && Character.isWhitespace(c)) {
        if (inside) {
          words.add(word.toString());
          word.setLength(0);
        }
        inside = false;
        continue;
      }
      start = inside ? start : i;
      inside = true;
      if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
        i++;
        word.append(line.charAt(i));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
      }
    }
    words.add(word.toString());
    return new Words(words, inside ? start : line.length(), quote != 0);
  }
}
