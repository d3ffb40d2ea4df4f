package halfstep.magics.chart;

import halfstep.lab.lora.LoraRow;
import halfstep.lab.lora.LoraStep;
import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Lines;
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
import java.util.stream.Collectors;

/** A fine-tuning step by step: loss above, gradient norm below, a line per base. */
public final class LoraCharts {

  private static final double TOP = 62;
  private static final double TALL = 190;
  private static final double GAP = 74;
  private static final int MOST_POINTS = 120;

  private LoraCharts() {}

  /**
   * Draws all bases.
   *
   * @param rows at least one
   */
  public static Picture steps(String title, List<LoraRow> rows) {
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    double below = TOP + TALL + GAP;
    marks.addAll(panel(rows, TOP, "loss of the batch (nats)", LoraStep::loss));
    marks.addAll(panel(rows, below, "gradient norm, nothing clipped", LoraStep::gradientNorm));
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < rows.size(); i++) {
      entries.add(Entry.line(rows.get(i).base(), Stroke.series(i)));
    }
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(below + TALL + 44));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (below + TALL + 52 + legend.height()),
            title,
            description(rows),
            marks));
  }

  private static List<Mark> panel(
      List<LoraRow> rows, double top, String name, ToDoubleFunction<LoraStep> of) {
    DoubleSummaryStatistics values =
        rows.stream()
            .flatMap(row -> row.steps().stream())
            .mapToDouble(of)
            .filter(Double::isFinite)
            .summaryStatistics();
    int last = rows.stream().mapToInt(row -> row.steps().size()).max().orElse(1);
    Panel panel =
        new Panel(64, top, 640, TALL, Scale.linear(1, Math.max(2, last)), Scale.around(values));
    List<Mark> marks = new ArrayList<>();
    marks.addAll(panel.axisAcross("step", NumberText::plain));
    marks.addAll(panel.axisUp(name, NumberText::plain));
    for (int i = 0; i < rows.size(); i++) {
      LoraRow row = rows.get(i);
      List<Point> points = points(row.steps(), panel, of);
      if (points.size() > 1) {
        marks.add(new Lines(List.of(points), Stroke.series(i), sentence(row)));
      }
    }
    return marks;
  }

  /** Every so-manieth step where there are many, the last always. */
  private static List<Point> points(
      List<LoraStep> steps, Panel panel, ToDoubleFunction<LoraStep> of) {
    int every = Math.ceilDiv(steps.size(), MOST_POINTS);
    List<Point> points = new ArrayList<>();
    for (LoraStep step : steps) {
      boolean shown = (steps.size() - step.index()) % every == 0;
      double value = of.applyAsDouble(step);
      if (shown && Double.isFinite(value)) {
        points.add(panel.at(step.index(), value));
      }
    }
    return points;
  }

  private static String sentence(LoraRow row) {
    return String.format(
        Locale.ROOT,
        "%s: batch loss %.2f to %.2f, gradient norm %.2f (median), largest %.1f times that",
        row.base(),
        row.steps().getFirst().loss(),
        row.steps().getLast().loss(),
        row.stability().median(),
        row.stability().largest());
  }

  private static String description(List<LoraRow> rows) {
    return "Loss and gradient norm of %d steps on the same batches. %s."
        .formatted(
            rows.getFirst().steps().size(),
            rows.stream().map(LoraCharts::sentence).collect(Collectors.joining("; ")));
  }
}
