package halfstep.eval;

/** Text of one kind, as tokens. Immutable. */
public final class Domain {

  private final String name;
  private final int[] tokens;

  /**
   * @param name such as {@code prose}
   * @param tokens copied
   */
  public Domain(String name, int... tokens) {
    this.name = name;
    this.tokens = tokens.clone();
  }

  /** What the table calls it. */
  public String name() {
    return name;
  }

  /** A new array. */
  public int[] tokens() {
    return tokens.clone();
  }

  @Override
  public String toString() {
    return "%s, %d tokens".formatted(name, tokens.length);
  }
}
