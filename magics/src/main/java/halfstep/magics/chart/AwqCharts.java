package halfstep.magics.chart;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.AwqStep;
import halfstep.magics.chart.Legend.Entry;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Area;
import halfstep.magics.figure.Mark.Form;
import halfstep.magics.figure.Mark.Symbol;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import halfstep.magics.table.ScaleSearch;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Charts of AWQ's grid: a small panel per scale group. */
public final class AwqCharts {

  private static final double TOP = 62;
  private static final double LEFT = 58;
  private static final double ACROSS = 368;
  private static final double DOWN = 224;
  private static final double WIDE = 280;
  private static final double TALL = 120;
  private static final int LOUDEST = 3;
  private static final Stroke CURVE = Stroke.line(Ink.BLUE);
  private static final Stroke ROUNDING = Stroke.line(Ink.TEXT).with(Dash.DASHED);

  private AwqCharts() {}

  /**
   * Loss beside plain rounding's against the ratio; the chosen one is marked, its interval shaded.
   *
   * @param searches at least one
   */
  public static Picture searches(String title, List<ScaleSearch> searches) {
    Scale up = losses(searches);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    for (int i = 0; i < searches.size(); i++) {
      double left = LEFT + i % 2 * ACROSS;
      double top = TOP + i / 2 * DOWN;
      marks.addAll(
          panel(new Panel(left, top, WIDE, TALL, Scale.linear(0, 1), up), searches.get(i)));
    }
    Legend legend = legend(searches);
    double foot = TOP + Math.ceilDiv(searches.size(), 2) * DOWN - 38;
    marks.addAll(legend.marks(foot));
    String chosen = searches.stream().map(AwqCharts::sentence).collect(Collectors.joining("; "));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (foot + legend.height() + 6),
            title,
            "Loss relative to plain rounding against the ratio α. Chosen: " + chosen + ".",
            marks));
  }

  private static Legend legend(List<ScaleSearch> searches) {
    List<Entry> entries = new ArrayList<>();
    entries.add(Entry.line("loss", CURVE));
    entries.add(Entry.line("plain rounding", ROUNDING));
    entries.add(Entry.dot("chosen α", Form.DIAMOND, Ink.ORANGE));
    if (searches.stream().anyMatch(search -> search.bootstrap().isPresent())) {
      entries.add(
          Entry.line("its 95 % interval", Stroke.line(Ink.ORANGE).withWidth(10).withOpacity(0.25)));
    }
    return new Legend(entries);
  }

  /** One scale for all panels, so that they compare. */
  private static Scale losses(List<ScaleSearch> searches) {
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    range.accept(1);
    searches.forEach(search ->
        search.steps().stream()
            .mapToDouble(search::relativeLoss)
            .filter(Double::isFinite)
            .forEach(range));
    return Scale.around(range);
  }

  private static List<Mark> panel(Panel panel, ScaleSearch search) {
    List<Mark> marks = new ArrayList<>();
    AwqStep best = search.best();
    search.bootstrap().ifPresent(bootstrap -> marks.add(interval(panel, bootstrap)));
    marks.addAll(panel.axisAcross("", NumberText::plain));
    marks.addAll(panel.axisUp("", NumberText::plain));
    marks.add(panel.line(List.of(new Point(0, 1), new Point(1, 1)), ROUNDING));
    List<AwqStep> finite =
        search.steps().stream().filter(step -> Double.isFinite(search.relativeLoss(step))).toList();
    List<Point> curve =
        finite.stream().map(step -> new Point(step.ratio(), search.relativeLoss(step))).toList();
    if (curve.size() > 1) {
      marks.add(panel.line(curve, CURVE));
    }
    for (AwqStep step : finite) {
      boolean chosen = step == best;
      marks.add(
          new Symbol(
              panel.at(step.ratio(), search.relativeLoss(step)),
              chosen ? Form.DIAMOND : Form.CIRCLE,
              chosen ? 6 : 2.2,
              chosen ? Ink.ORANGE : Ink.BLUE,
              String.format(
                  Locale.ROOT,
                  "α %.2f: loss %.3f × RTN",
                  step.ratio(),
                  search.relativeLoss(step))));
    }
    marks.add(Words.of(new Point(panel.left(), panel.top() - 10), search.group(), Anchor.START));
    marks.add(
        Words.of(new Point(panel.left(), panel.bottom() + 32), figures(search), Anchor.START)
            .sized(11));
    loudest(search)
        .forEach(text ->
            marks.add(
                Words.of(new Point(panel.left(), panel.bottom() + 48), text, Anchor.START)
                    .sized(11)));
    return marks;
  }

  private static Mark interval(Panel panel, AwqBootstrap bootstrap) {
    // a grid point stands for what lies nearer to it than to its neighbours
    double half = 0.5 / bootstrap.timesChosen().size();
    double low = panel.x(Math.max(0, bootstrap.ratio().low() - half));
    double high = panel.x(Math.min(1, bootstrap.ratio().high() + half));
    List<Point> outline =
        List.of(
            new Point(low, panel.top()),
            new Point(high, panel.top()),
            new Point(high, panel.bottom()),
            new Point(low, panel.bottom()));
    return new Area(outline, Ink.ORANGE, 0.18, bootstrap.toString());
  }

  private static String figures(ScaleSearch search) {
    String interval =
        search
            .bootstrap()
            .map(bootstrap ->
                String.format(
                    Locale.ROOT,
                    " (95 %%: %.2f–%.2f)",
                    bootstrap.ratio().low(),
                    bootstrap.ratio().high()))
            .orElse("");
    return String.format(
        Locale.ROOT,
        "α %.2f%s, loss %.3f × RTN",
        search.best().ratio(),
        interval,
        search.relativeLoss(search.best()));
  }

  /** The loudest channels with the scales that they got. */
  private static List<String> loudest(ScaleSearch search) {
    return search.salience().stream()
        .map(salience ->
            IntStream.of(salience.top(1))
                .limit(LOUDEST)
                .mapToObj(channel ->
                    String.format(
                        Locale.ROOT, "%d × %.2f", channel, search.best().scales().get(channel)))
                .collect(Collectors.joining(", ", "loudest: channel ", "")))
        .toList();
  }

  private static String sentence(ScaleSearch search) {
    return search.group() + " " + figures(search);
  }
}
