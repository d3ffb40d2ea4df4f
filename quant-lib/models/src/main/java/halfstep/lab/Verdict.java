package halfstep.lab;

/**
 * What the figures say of something that is often said.
 *
 * @param claim as it is said
 * @param outcome what became of it here
 * @param because the figures, one or two sentences
 */
public record Verdict(String claim, Outcome outcome, String because) {

  /** What becomes of a claim. */
  public enum Outcome {
    /** The figures bear it out. */
    HOLDS("holds here"),
    /** They contradict it. */
    FAILS("does not hold here"),
    /** The interval of the difference includes zero, or the model has nothing to test it on. */
    UNDECIDED("cannot be decided here");

    private final String words;

    Outcome(String words) {
      this.words = words;
    }
  }

  /** What the sign of a difference says, if its interval leaves out zero. */
  public static Outcome ofDifference(double low, double high) {
    return low > 0 ? Outcome.HOLDS : high < 0 ? Outcome.FAILS : Outcome.UNDECIDED;
  }

  /** {@code "64 for the MLP" does not hold here: …}. */
  @Override
  public String toString() {
    return "\"%s\" %s: %s".formatted(claim, outcome.words, because);
  }
}
