package halfstep.lab.logic;

import halfstep.lab.logic.JavaParser.Verdict;

/**
 * A piece of Java that a model finished, or did not.
 *
 * @param source the prompt and what the model wrote, to the line at which the verdict fell
 * @param verdict of the parser
 */
public record Attempt(String source, Verdict verdict) {

  /**
   * Reads on line by line until the parser finds the text complete or past help.
   *
   * @param prompt ends with a line break and is unfinished
   * @param text what the model wrote behind it
   */
  static Attempt judged(String prompt, String text, JavaParser parser) {
    int line = 0;
    while (true) {
      int end = text.indexOf('\n', line);
      if (end < 0) {
        return new Attempt(prompt + text, Verdict.UNFINISHED);
      }
      String source = prompt + text.substring(0, end + 1);
      line = end + 1;
      // a line without anything on it decides nothing
      if (!text.substring(0, end).isBlank()) {
        Verdict verdict = parser.judge(source);
        if (verdict != Verdict.UNFINISHED) {
          return new Attempt(source, verdict);
        }
      }
    }
  }
}
