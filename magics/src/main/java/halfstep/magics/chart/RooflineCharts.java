package halfstep.magics.chart;

import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import halfstep.roofline.ProductRate;
import halfstep.roofline.Roofline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/** How fast products are, below the two limits of the machine. */
public final class RooflineCharts {

  private static final double TOP = 62;
  private static final double TALL = 300;
  private static final double LABEL = 11;
  private static final double ROOM = 1.6;
  private static final Stroke ROOF = Stroke.line(Ink.TEXT).withWidth(2);

  private RooflineCharts() {}

  /**
   * A dot per product, a line per kind of weights; the roof is what memory and arithmetic allow.
   *
   * @param rates at least one
   */
  public static Picture products(String title, Roofline roofline, List<ProductRate> rates) {
    Panel panel = panel(roofline, rates);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("operations per byte", NumberText::plain));
    marks.addAll(panel.axisUp("GFLOP/s", NumberText::plain));
    marks.addAll(roof(panel, roofline));
    List<String> kinds = rates.stream().map(ProductRate::weights).distinct().toList();
    DotLabels labels =
        new DotLabels(LABEL, panel.right(), rates.stream().map(rate -> at(panel, rate)).toList());
    List<Entry> entries = new ArrayList<>();
    for (int series = 0; series < kinds.size(); series++) {
      String kind = kinds.get(series);
      marks.addAll(
          series(
              panel,
              roofline,
              labels,
              rates.stream().filter(rate -> rate.weights().equals(kind)).toList(),
              series));
      entries.add(Entry.dot(kind, Form.series(series), Ink.series(series)));
    }
    entries.add(Entry.line("what the machine allows", ROOF));
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(TOP + TALL + 44));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (TOP + TALL + 52 + legend.height()),
            title,
            description(roofline, rates),
            marks));
  }

  private static Panel panel(Roofline roofline, List<ProductRate> rates) {
    double[] across =
        DoubleStream.concat(
                DoubleStream.of(roofline.ridge()),
                rates.stream().mapToDouble(ProductRate::intensity))
            .sorted()
            .toArray();
    var measured = rates.stream().mapToDouble(ProductRate::flopsPerSecond).summaryStatistics();
    return new Panel(
        64,
        TOP,
        640,
        TALL,
        new Scale(across[0] / ROOM, across[across.length - 1] * ROOM, true),
        new Scale(
            Math.min(measured.getMin(), roofline.attainable(across[0])) / 1e9 / ROOM,
            Math.max(measured.getMax(), roofline.flopsPerSecond()) / 1e9 * ROOM,
            true));
  }

  private static List<Mark> roof(Panel panel, Roofline roofline) {
    double left =
        Math.max(panel.across().min(), panel.up().min() * 1e9 / roofline.bytesPerSecond());
    List<Mark> marks = new ArrayList<>();
    marks.add(
        Lines.through(
            List.of(
                panel.at(left, roofline.attainable(left) / 1e9),
                panel.at(roofline.ridge(), roofline.flopsPerSecond() / 1e9),
                panel.at(panel.across().max(), roofline.flopsPerSecond() / 1e9)),
            ROOF));
    marks.add(corner(panel, 16, gigas("memory gives %.1f GB/s", roofline.bytesPerSecond())));
    marks.add(corner(panel, 32, gigas("products reach %.0f GFLOP/s", roofline.flopsPerSecond())));
    return marks;
  }

  /** Above the slope, where no product comes to lie. */
  private static Words corner(Panel panel, double down, String text) {
    return Words.of(new Point(panel.left() + 8, panel.top() + down), text, Anchor.START)
        .sized(LABEL);
  }

  private static List<Mark> series(
      Panel panel, Roofline roofline, DotLabels labels, List<ProductRate> rates, int series) {
    List<Mark> marks = new ArrayList<>();
    List<Point> points = rates.stream().map(rate -> at(panel, rate)).toList();
    if (points.size() > 1) {
      marks.add(Lines.through(points, Stroke.line(Ink.series(series)).with(Dash.DOTTED)));
    }
    for (int i = 0; i < rates.size(); i++) {
      marks.add(
          new Symbol(
              points.get(i),
              Form.series(series),
              5,
              Ink.series(series),
              sentence(rates.get(i), roofline)));
      labels.beside(points.get(i), "× " + rates.get(i).rows()).ifPresent(marks::add);
    }
    return marks;
  }

  private static Point at(Panel panel, ProductRate rate) {
    return panel.at(rate.intensity(), rate.flopsPerSecond() / 1e9);
  }

  private static String sentence(ProductRate rate, Roofline roofline) {
    return "%s: %s of what the machine allows"
        .formatted(rate, NumberText.wholePercent(rate.share(roofline)));
  }

  private static String gigas(String format, double perSecond) {
    return String.format(Locale.ROOT, format, perSecond / 1e9);
  }

  private static String description(Roofline roofline, List<ProductRate> rates) {
    ProductRate slowest = extreme(rates, roofline, false);
    ProductRate best = extreme(rates, roofline, true);
    return "The machine %s. Nearest to it: %s; farthest: %s."
        .formatted(roofline, sentence(best, roofline), sentence(slowest, roofline));
  }

  private static ProductRate extreme(List<ProductRate> rates, Roofline roofline, boolean highest) {
    ProductRate found = rates.getFirst();
    for (ProductRate rate : rates) {
      boolean higher = rate.share(roofline) > found.share(roofline);
      found = higher == highest ? rate : found;
    }
    return found;
  }
}
