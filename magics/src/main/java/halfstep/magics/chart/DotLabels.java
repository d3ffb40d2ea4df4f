package halfstep.magics.chart;

import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Words beside dots, placed so that none covers a dot or other words. Where there is no room the
 * dot stays without: its title and the chart's table name it all the same.
 */
final class DotLabels {

  private static final double RADIUS = 5;
  private static final double GAP = 8;

  private final double size;
  private final double right;
  private final List<Rectangle2D> taken = new ArrayList<>();

  /**
   * @param size of the words in pixels
   * @param right edge that no words may cross
   * @param dots all of the chart's
   */
  DotLabels(double size, double right, List<Point> dots) {
    this.size = size;
    this.right = right;
    for (Point dot : dots) {
      taken.add(new Rectangle2D.Double(dot.x() - RADIUS, dot.y() - RADIUS, 2 * RADIUS, 2 * RADIUS));
    }
  }

  /** Above on the right, below on the right, or on the left in the same order. */
  Optional<Words> beside(Point dot, String text) {
    double width = Words.width(text, size);
    for (Anchor side : List.of(Anchor.START, Anchor.END)) {
      for (double down : new double[] {-7, 7 + 0.8 * size}) {
        double x = side == Anchor.START ? dot.x() + GAP : dot.x() - GAP;
        double left = side == Anchor.START ? x : x - width;
        double baseline = dot.y() + down;
        Rectangle2D room = new Rectangle2D.Double(left, baseline - 0.8 * size, width, size);
        if (room.getMaxX() <= right && taken.stream().noneMatch(room::intersects)) {
          taken.add(room);
          return Optional.of(Words.of(new Point(x, baseline), text, side).sized(size));
        }
      }
    }
    return Optional.empty();
  }
}
