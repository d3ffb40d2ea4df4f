package halfstep.magics.chart;

import halfstep.eval.Interval;
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
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.ModelError;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What quantized models cost and lose: mean KL against effective bits, and who is beaten by none.
 */
public final class ParetoCharts {

  private static final double TOP = 62;
  private static final double TALL = 280;
  private static final double LABEL = 11;
  private static final Stroke FRONT = Stroke.line(Ink.TEXT).with(Dash.DASHED);

  private ParetoCharts() {}

  /**
   * A dot per model with the 95 % interval of its mean KL; the dashed line joins the models that
   * none beats in both.
   *
   * @param rows at least one
   */
  public static Picture models(String title, List<ModelError> rows) {
    List<String> methods = rows.stream().map(ParetoCharts::method).distinct().toList();
    Panel panel = panel(rows);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("effective bits per weight", NumberText::plain));
    marks.addAll(panel.axisUp("mean KL (nats), 95 % interval", NumberText::plain));
    List<ModelError> front = front(rows);
    marks.addAll(steps(panel, front));
    for (ModelError row : rows) {
      marks.addAll(row(panel, row, methods.indexOf(method(row))));
    }
    marks.addAll(labels(panel, rows, front));
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < methods.size(); i++) {
      entries.add(Entry.dot(methods.get(i), Form.series(i), Ink.series(i)));
    }
    entries.add(Entry.line("beaten by none", FRONT));
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(TOP + TALL + 44));
    String unbeaten = front.stream().map(ParetoCharts::sentence).collect(Collectors.joining("; "));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (TOP + TALL + 52 + legend.height()),
            title,
            "Mean KL from full precision against bits per weight with scales and zeros. Beaten by none: %s."
                .formatted(unbeaten),
            marks));
  }

  private static Panel panel(List<ModelError> rows) {
    DoubleSummaryStatistics cost =
        rows.stream().mapToDouble(ModelError::bitsPerWeight).summaryStatistics();
    double room = Math.max(0.15, 0.06 * (cost.getMax() - cost.getMin()));
    DoubleSummaryStatistics loss = new DoubleSummaryStatistics();
    for (ModelError row : rows) {
      loss.accept(kl(row));
      loss.accept(interval(row).high());
    }
    DoubleSummaryStatistics low =
        rows.stream().mapToDouble(row -> interval(row).low()).summaryStatistics();
    boolean positive = low.getMin() > 0;
    loss.accept(positive ? low.getMin() : Math.min(loss.getMin(), Math.max(0, low.getMin())));
    return new Panel(
        64,
        TOP,
        640,
        TALL,
        Scale.linear(cost.getMin() - room, cost.getMax() + 2 * room),
        Scale.around(loss));
  }

  private static List<Mark> row(Panel panel, ModelError row, int series) {
    Point at = at(panel, row);
    Ink ink = Ink.series(series);
    double low = Math.max(interval(row).low(), panel.up().min());
    List<Mark> marks = new ArrayList<>();
    marks.add(
        Lines.between(
            new Point(at.x(), panel.y(low)),
            new Point(at.x(), panel.y(interval(row).high())),
            Stroke.line(ink)));
    marks.add(new Symbol(at, Form.series(series), 5, ink, sentence(row)));
    return marks;
  }

  /** Codes of the models on the front, where there is room beside their dots. */
  private static List<Mark> labels(Panel panel, List<ModelError> rows, List<ModelError> front) {
    DotLabels labels =
        new DotLabels(LABEL, panel.right(), rows.stream().map(row -> at(panel, row)).toList());
    List<Mark> marks = new ArrayList<>();
    for (ModelError row : front) {
      labels.beside(at(panel, row), row.spec().label()).ifPresent(marks::add);
    }
    return marks;
  }

  private static Point at(Panel panel, ModelError row) {
    return panel.at(row.bitsPerWeight(), kl(row));
  }

  /** The least KL that a number of bits buys: level until the next better model. */
  private static List<Mark> steps(Panel panel, List<ModelError> front) {
    List<Point> points = new ArrayList<>();
    for (ModelError row : front) {
      if (!points.isEmpty()) {
        points.add(new Point(panel.x(row.bitsPerWeight()), points.getLast().y()));
      }
      points.add(at(panel, row));
    }
    points.add(new Point(panel.right(), points.getLast().y()));
    return List.of(Lines.through(points, FRONT));
  }

  /** Models that no other beats in bits and KL together, cheapest first. */
  static List<ModelError> front(List<ModelError> rows) {
    List<ModelError> front = new ArrayList<>();
    double least = Double.POSITIVE_INFINITY;
    List<ModelError> byCost =
        rows.stream()
            .sorted(
                Comparator.comparingDouble(ModelError::bitsPerWeight)
                    .thenComparingDouble(ParetoCharts::kl))
            .toList();
    for (ModelError row : byCost) {
      if (kl(row) < least) {
        front.add(row);
        least = kl(row);
      }
    }
    return front;
  }

  private static double kl(ModelError row) {
    return row.divergence().meanKl();
  }

  private static Interval interval(ModelError row) {
    return row.divergence().kl().interval();
  }

  private static String method(ModelError row) {
    return MethodLabel.of(row.method(), row.spec().zeroPoint());
  }

  private static String sentence(ModelError row) {
    return String.format(
        Locale.ROOT,
        "%s %s: %.2f bits per weight, KL %.4f (%.4f to %.4f)",
        method(row),
        row.spec().label(),
        row.bitsPerWeight(),
        kl(row),
        interval(row).low(),
        interval(row).high());
  }
}
