package halfstep.lab.logic;

import halfstep.lab.logic.JavaParser.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Reads a text while it is written, line by line, until the parser finds it complete or past help.
 * What is written behind that line is never read, so that it need not be written.
 */
final class Judgement {

  private final String prompt;
  private final JavaParser parser;
  private @Nullable Attempt decided;
  private int line;

  /**
   * Begins one.
   *
   * @param prompt ends with a line break and is unfinished
   */
  Judgement(String prompt, JavaParser parser) {
    this.prompt = prompt;
    this.parser = parser;
  }

  /**
   * Whether the verdict has fallen.
   *
   * @param text what the model has written so far; begins with what it had written before
   */
  boolean falls(String text) {
    for (int end = text.indexOf('\n', line);
        decided == null && end >= 0;
        end = text.indexOf('\n', line)) {
      line = end + 1;
      // a line without anything on it decides nothing
      if (!text.substring(0, end).isBlank()) {
        String source = prompt + text.substring(0, end + 1);
        Verdict verdict = parser.judge(source);
        decided = verdict == Verdict.UNFINISHED ? null : new Attempt(source, verdict);
      }
    }
    return decided != null;
  }

  /**
   * What came of it.
   *
   * @param text all that the model has written
   */
  Attempt attempt(String text) {
    return falls(text) && decided != null
        ? decided
        : new Attempt(prompt + text, Verdict.UNFINISHED);
  }
}
