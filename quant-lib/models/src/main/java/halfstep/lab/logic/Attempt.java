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
    return new Judgement(prompt, parser).attempt(text);
  }
}
