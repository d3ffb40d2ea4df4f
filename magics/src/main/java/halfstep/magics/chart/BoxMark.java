package halfstep.magics.chart;

import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Stroke;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Quartiles as a level box: the middle half as a box with the median in it, a line to both ends,
 * and a dot per value if wanted.
 */
final class BoxMark {

  private static final double HALF = 4;
  private static final NumberText FOUR = NumberText.decimals(4);

  private final double[] sorted;

  /**
   * @param sorted at least one value, smallest first; kept, not modified
   */
  BoxMark(double[] sorted) {
    this.sorted = sorted;
  }

  /** The value below which a share of them lies, between neighbours in proportion. */
  double quantile(double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }

  /**
   * @param dotted whether each value has a dot
   */
  List<Mark> marks(Panel panel, double y, Ink ink, String name, boolean dotted) {
    double low = panel.x(quantile(0.25));
    double high = panel.x(quantile(0.75));
    double median = panel.x(quantile(0.5));
    String title =
        "%s: median %s, middle half %s to %s, %d layers from %s to %s"
            .formatted(
                name,
                FOUR.format(quantile(0.5)),
                FOUR.format(quantile(0.25)),
                FOUR.format(quantile(0.75)),
                sorted.length,
                FOUR.format(sorted[0]),
                FOUR.format(sorted[sorted.length - 1]));
    double first = panel.x(sorted[0]);
    double last = panel.x(sorted[sorted.length - 1]);
    List<List<Point>> lines =
        List.of(
            List.of(new Point(first, y), new Point(last, y)),
            List.of(new Point(median, y - HALF - 1), new Point(median, y + HALF + 1)));
    List<Mark> marks = new ArrayList<>();
    marks.add(new Bar(low, y - HALF, Math.max(1, high - low), 2 * HALF, ink, 0.45, title));
    marks.add(new Lines(lines, Stroke.line(ink), ""));
    if (dotted) {
      List<Point> dots =
          Arrays.stream(sorted).mapToObj(value -> new Point(panel.x(value), y)).toList();
      marks.add(new Dots(dots, 1.3, Ink.TEXT, 1));
    }
    return marks;
  }
}
