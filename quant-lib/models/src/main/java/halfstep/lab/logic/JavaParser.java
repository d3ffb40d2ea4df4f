package halfstep.lab.logic;

/** Says what a text is as Java. The library knows no parser; whoever calls brings one. */
@FunctionalInterface
public interface JavaParser {

  /** What a text is. */
  enum Verdict {
    /** Complete and valid: it could be run if its names were known. */
    VALID,
    /** The beginning of something: more lines could complete it. */
    UNFINISHED,
    /** No further line can make it Java. */
    INVALID
  }

  /**
   * Judges a text; called by one thread at a time.
   *
   * @param source any number of declarations and statements
   */
  Verdict judge(String source);
}
