package halfstep.magics.chart;

import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Set;

/** What something costs against what it takes: dots with intervals, in families. */
final class TradeOff {

  private static final double TOP = 62;
  private static final double TALL = 280;

  private TradeOff() {}

  /**
   * A dot.
   *
   * @param family told apart by ink and form
   * @param low lower end of the interval of {@code y}
   * @param high its upper end
   * @param title what hovering tells
   */
  record Dot(String family, double x, double y, double low, double high, String title) {}

  /** What the axes are called. */
  record Axes(String across, String up) {}

  /**
   * Draws the dots.
   *
   * @param dots at least one
   * @param joined families whose dots a line joins, from left to right
   */
  static Picture draw(
      String title, Axes axes, List<Dot> dots, Set<String> joined, String description) {
    List<String> families = dots.stream().map(Dot::family).distinct().toList();
    Panel panel = panel(dots);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross(axes.across(), NumberText::plain));
    marks.addAll(panel.axisUp(axes.up(), NumberText::plain));
    List<Entry> entries = new ArrayList<>();
    for (int f = 0; f < families.size(); f++) {
      String family = families.get(f);
      List<Dot> own = dots.stream().filter(dot -> dot.family().equals(family)).toList();
      if (joined.contains(family) && own.size() > 1) {
        marks.add(line(panel, own, f));
      }
      int series = f;
      own.forEach(dot -> marks.addAll(dot(panel, dot, series)));
      entries.add(Entry.dot(family, Form.series(f), Ink.series(f)));
    }
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(TOP + TALL + 44));
    return Painter.paint(
        new Figure(
            Figure.WIDTH, (int) (TOP + TALL + 52 + legend.height()), title, description, marks));
  }

  private static Panel panel(List<Dot> dots) {
    DoubleSummaryStatistics across = dots.stream().mapToDouble(Dot::x).summaryStatistics();
    double room = Math.max(1e-9, 0.06 * (across.getMax() - across.getMin()));
    DoubleSummaryStatistics up = new DoubleSummaryStatistics();
    boolean positive = dots.stream().allMatch(dot -> dot.low() > 0);
    for (Dot dot : dots) {
      up.accept(dot.y());
      up.accept(dot.high());
      up.accept(positive ? dot.low() : Math.max(0, dot.low()));
    }
    return new Panel(
        64,
        TOP,
        640,
        TALL,
        Scale.linear(across.getMin() - room, across.getMax() + room),
        Scale.around(up));
  }

  private static Mark line(Panel panel, List<Dot> dots, int series) {
    List<Point> points =
        dots.stream()
            .sorted(Comparator.comparingDouble(Dot::x))
            .map(dot -> new Point(dot.x(), dot.y()))
            .toList();
    return panel.line(points, Stroke.line(Ink.series(series)).with(Dash.DASHED));
  }

  private static List<Mark> dot(Panel panel, Dot dot, int series) {
    Ink ink = Ink.series(series);
    double low = Math.max(dot.low(), panel.up().min());
    return List.of(
        Lines.between(panel.at(dot.x(), low), panel.at(dot.x(), dot.high()), Stroke.line(ink)),
        new Symbol(panel.at(dot.x(), dot.y()), Form.series(series), 5, ink, dot.title()));
  }
}
