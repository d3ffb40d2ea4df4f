package halfstep.magics.figure;

import halfstep.magics.figure.Mark.Symbol;
import java.util.List;

/** Outlines of the forms that are no circles, of about the same area as a circle. */
public final class Outlines {

  private Outlines() {}

  /**
   * The corners of a symbol's form.
   *
   * @throws IllegalArgumentException if it is round
   */
  public static List<Point> of(Symbol symbol) {
    double x = symbol.at().x();
    double y = symbol.at().y();
    double r = symbol.radius();
    return switch (symbol.form()) {
      case DIAMOND -> {
        double d = 1.25 * r;
        yield corners(x, y, 0, -d, d, 0, 0, d, -d, 0);
      }
      case SQUARE -> {
        double d = 0.9 * r;
        yield corners(x, y, -d, -d, d, -d, d, d, -d, d);
      }
      case TRIANGLE -> corners(x, y, 0, -1.3 * r, 1.15 * r, 0.8 * r, -1.15 * r, 0.8 * r);
      case CROSS -> {
        double a = 1.2 * r;
        double b = 0.4 * r;
        yield corners(
            x, y, -a, -a + b, -a + b, -a, 0, -b, a - b, -a, a, -a + b, b, 0, a, a - b, a - b, a, 0,
            b, -a + b, a, -a, a - b, -b, 0);
      }
      case CIRCLE, RING -> throw new IllegalArgumentException(symbol.form() + " has no corners");
    };
  }

  private static List<Point> corners(double x, double y, double... offsets) {
    Point[] points = new Point[offsets.length / 2];
    for (int i = 0; i < points.length; i++) {
      points[i] = new Point(x + offsets[2 * i], y + offsets[2 * i + 1]);
    }
    return List.of(points);
  }
}
