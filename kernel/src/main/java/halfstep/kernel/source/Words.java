package halfstep.kernel.source;

import halfstep.kernel.spi.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a magic's line into words at white space. Double quotes keep spaces and know {@code \"}
 * and {@code \\}; single quotes keep everything; elsewhere a backslash protects a space, a quote or
 * a backslash and otherwise stands for itself, so that Windows paths need no doubling.
 */
public final class Words {

  private Words() {}

  /**
   * Splits.
   *
   * @param line the text after the magic's name
   * @return the words, quotes removed; {@code ""} gives an empty word
   * @throws Refusal if a quote is not closed
   */
  public static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    int i = 0;
    while (i < line.length()) {
      char c = line.charAt(i);
      if (c == '"' || c == '\'') {
        i = quoted(line, i, word);
        inWord = true;
      } else if (Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
          inWord = false;
        }
      } else {
        if (escapes(line, i, " \t\"'\\")) {
          i++;
        }
        word.append(line.charAt(i));
        inWord = true;
      }
      i++;
    }
    if (inWord) {
      words.add(word.toString());
    }
    return List.copyOf(words);
  }

  /** Appends what stands between quotes and returns the offset of the closing one. */
  private static int quoted(String line, int open, StringBuilder word) {
    char quote = line.charAt(open);
    for (int i = open + 1; i < line.length(); i++) {
      if (line.charAt(i) == quote) {
        return i;
      }
      if (quote == '"' && escapes(line, i, "\"\\")) {
        i++;
      }
      word.append(line.charAt(i));
    }
    throw new Refusal(
        "UnclosedQuote",
        "the quote %c that opens at column %d is not closed: %s"
            .formatted(quote, open + 1, line.strip()),
        null);
  }

  private static boolean escapes(String line, int at, String escapable) {
    return line.charAt(at) == '\\'
        && at + 1 < line.length()
        && escapable.indexOf(line.charAt(at + 1)) >= 0;
  }
}
