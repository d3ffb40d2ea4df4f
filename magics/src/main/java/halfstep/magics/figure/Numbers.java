package halfstep.magics.figure;

import java.util.List;
import java.util.Locale;

/** Numbers and colours as SVG writes them: a tenth of a pixel is enough. */
final class Numbers {

  private Numbers() {}

  /** At most two digits behind the point, and no more than say something. */
  static String text(double value) {
    double rounded =
        Math.abs(value) < 2 ? Math.rint(100 * value) / 100 : Math.rint(10 * value) / 10;
    return rounded == Math.rint(rounded) ? Long.toString((long) rounded) : Double.toString(rounded);
  }

  static String path(List<Point> points) {
    StringBuilder path = new StringBuilder();
    for (Point point : points) {
      path.append(path.isEmpty() ? 'M' : 'L');
      path.append(text(point.x())).append(' ').append(text(point.y()));
    }
    return path.toString();
  }

  static String hex(Ink ink) {
    return String.format(Locale.ROOT, "#%06x", ink.rgb());
  }
}
