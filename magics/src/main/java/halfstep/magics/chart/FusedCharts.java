package halfstep.magics.chart;

import halfstep.lab.fused.ProductPair;
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
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** Time of a product with quantized weights, by rows of input and by way. */
public final class FusedCharts {

  private static final double TOP = 62;
  private static final double TALL = 280;
  private static final double MILLI = 1e6;

  /** A way to multiply. */
  private record Way(String name, ToDoubleFunction<ProductPair> nanos) {}

  private static final List<Way> WAYS =
      List.of(
          new Way("turn back, then multiply", ProductPair::wholeNanos),
          new Way("multiply with weights that lie there", ProductPair::multiplyNanos),
          new Way("fused, from packed codes", ProductPair::fusedNanos));

  private FusedCharts() {}

  /**
   * A line per way.
   *
   * @param pairs at least one, by rows
   */
  public static Picture products(String title, List<ProductPair> pairs) {
    Panel panel = panel(pairs);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("rows of input", NumberText::plain));
    marks.addAll(panel.axisUp("milliseconds, median", NumberText::plain));
    List<Entry> entries = new ArrayList<>();
    for (int series = 0; series < WAYS.size(); series++) {
      Way way = WAYS.get(series);
      List<Point> points =
          pairs.stream()
              .map(pair -> panel.at(pair.rows(), way.nanos().applyAsDouble(pair) / MILLI))
              .toList();
      if (points.size() > 1) {
        marks.add(Lines.through(points, Stroke.series(series)));
      }
      for (int i = 0; i < points.size(); i++) {
        marks.add(
            new Symbol(
                points.get(i),
                Form.series(series),
                4.5,
                Ink.series(series),
                sentence(way, pairs.get(i))));
      }
      entries.add(Entry.dot(way.name(), Form.series(series), Ink.series(series)));
    }
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(TOP + TALL + 44));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (TOP + TALL + 52 + legend.height()),
            title,
            description(pairs),
            marks));
  }

  private static Panel panel(List<ProductPair> pairs) {
    DoubleSummaryStatistics up = new DoubleSummaryStatistics();
    for (Way way : WAYS) {
      pairs.forEach(pair -> up.accept(way.nanos().applyAsDouble(pair) / MILLI));
    }
    double most = pairs.getLast().rows();
    return new Panel(
        64,
        TOP,
        640,
        TALL,
        new Scale(0.8, Math.max(2, 1.25 * most), true),
        new Scale(up.getMin() / 1.3, 1.3 * up.getMax(), true));
  }

  private static String sentence(Way way, ProductPair pair) {
    return String.format(
        Locale.ROOT,
        "%s, %d rows: %.4f ms",
        way.name(),
        pair.rows(),
        way.nanos().applyAsDouble(pair) / MILLI);
  }

  private static String description(List<ProductPair> pairs) {
    ProductPair first = pairs.getFirst();
    ProductPair last = pairs.getLast();
    return String.format(
        Locale.ROOT,
        "Fused is %.2f times as fast at %d rows and %.2f times at %d.",
        first.speedUp(),
        first.rows(),
        last.speedUp(),
        last.rows());
  }
}
