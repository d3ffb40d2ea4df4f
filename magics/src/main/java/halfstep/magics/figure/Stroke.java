package halfstep.magics.figure;

/**
 * How a line is drawn.
 *
 * @param ink its colour
 * @param width in pixels
 * @param dash what tells it from other lines without colour
 * @param opacity 0 to 1
 */
public record Stroke(Ink ink, double width, Dash dash, double opacity) {

  /** Thin helping line. */
  public static final Stroke HAIR = new Stroke(Ink.TEXT, 0.7, Dash.SOLID, 0.3);

  /** An axis or a rule to compare with. */
  public static final Stroke RULE = new Stroke(Ink.TEXT, 1, Dash.SOLID, 0.6);

  /** Patterns of dashes. */
  public enum Dash {
    SOLID(""),
    DASHED("6 4"),
    DOTTED("2 3"),
    MIXED("8 3 2 3"),
    LONG("14 4");

    private final String lengths;

    Dash(String lengths) {
      this.lengths = lengths;
    }

    /** Lengths of dashes and gaps in pixels, separated by blanks; empty for none. */
    public String lengths() {
      return lengths;
    }
  }

  /** A solid line of a series. */
  public static Stroke line(Ink ink) {
    return new Stroke(ink, 1.6, Dash.SOLID, 1);
  }

  /** The line of a series by its number: ink and dash change together. */
  public static Stroke series(int number) {
    Dash[] dashes = Dash.values();
    return new Stroke(Ink.series(number), 1.6, dashes[number % dashes.length], 1);
  }

  /** The same with another pattern. */
  public Stroke with(Dash other) {
    return new Stroke(ink, width, other, opacity);
  }

  /** The same, more or less transparent. */
  public Stroke withOpacity(double other) {
    return new Stroke(ink, width, dash, other);
  }

  /** The same with another width. */
  public Stroke withWidth(double other) {
    return new Stroke(ink, other, dash, opacity);
  }
}
