package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;

/** The title of a figure, above everything else. */
final class Heading {

  private static final double SIZE = 14;
  private static final double BASE = 18;

  private Heading() {}

  /** The title, smaller if it would not fit the figure. */
  static Mark of(String title) {
    double fits = SIZE * Figure.WIDTH / Words.width(title, SIZE);
    return Words.of(new Point(0, BASE), title, Anchor.START).sized(Math.min(SIZE, fits));
  }
}
