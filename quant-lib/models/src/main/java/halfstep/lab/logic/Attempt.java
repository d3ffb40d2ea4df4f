package halfstep.lab.logic;

import halfstep.lab.logic.JavaParser.Verdict;

/**
 * A piece of Java that a model finished, or did not.
 *
 * @param source the prompt and what the model wrote, to the line at which the verdict fell
 * @param verdict of the parser
 */
public record Attempt(String source, Verdict verdict) {}
