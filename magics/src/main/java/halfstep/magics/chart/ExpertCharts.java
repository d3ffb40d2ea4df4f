package halfstep.magics.chart;

import halfstep.lab.experts.Coverage;
import halfstep.lab.experts.Expert;
import halfstep.lab.experts.ExpertError;
import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.experts.Reach;
import halfstep.magics.chart.CellMatrix.At;
import halfstep.magics.chart.CellMatrix.Cell;
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
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whom a text reaches in a mixture, and what those pay whom calibration hardly reached. */
public final class ExpertCharts {

  private static final double LEFT = 120;
  private static final double TOP = 66;
  private static final double TALL = 280;
  private static final double SMALL = 11;
  private static final double NONE = 0.5;
  private static final int TITLED = 240;

  private ExpertCharts() {}

  /** A row per block and text, a column per expert: the darker, the more of the text reaches it. */
  public static Picture coverage(String title, Coverage coverage, int least) {
    Set<String> rows = new LinkedHashSet<>();
    Set<String> columns = new LinkedHashSet<>();
    Map<At, Cell> cells = new LinkedHashMap<>();
    double most = coverage.reaches().stream().mapToDouble(Reach::share).max().orElse(1);
    List<Reach> byBlock =
        coverage.reaches().stream()
            .sorted(Comparator.comparingInt(reach -> reach.expert().block()))
            .toList();
    for (Reach reach : byBlock) {
      String row = "%d, %s".formatted(reach.expert().block(), reach.text());
      String column = "expert " + reach.expert().number();
      rows.add(row);
      columns.add(column);
      boolean starved = reach.tokens() < least;
      cells.put(
          new At(row, column),
          new Cell(
              starved ? Ink.ORANGE : Ink.BLUE,
              reach.share() / most,
              String.format(Locale.ROOT, starved ? "%.1f %% !" : "%.1f %%", 100 * reach.share()),
              sentence(reach)));
    }
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.add(
        Words.of(
                new Point(0, 38),
                "share of the tokens that reach an expert, by block and text; even: %s; ! fewer than %d tokens"
                    .formatted(NumberText.percent(coverage.even()), least),
                Anchor.START)
            .sized(SMALL));
    CellMatrix matrix =
        new CellMatrix(
            List.copyOf(rows), List.copyOf(columns), cells, LEFT, TOP, Figure.WIDTH - LEFT);
    marks.addAll(matrix.marks());
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (matrix.bottom() + 10),
            title,
            description(coverage, least),
            marks));
  }

  private static String sentence(Reach reach) {
    return String.format(
        Locale.ROOT,
        "expert %s, %s: %d of %d tokens, %.1f %% (%.1f to %.1f)",
        reach.expert().label(),
        reach.text(),
        reach.tokens(),
        reach.of(),
        100 * reach.share(),
        100 * reach.interval().low(),
        100 * reach.interval().high());
  }

  private static String description(Coverage coverage, int least) {
    Comparator<Reach> byShare = Comparator.comparingDouble(Reach::share);
    List<Reach> starved = coverage.starved(least);
    String names =
        starved.isEmpty()
            ? "none"
            : starved.stream()
                .limit(8)
                .map(reach -> "%s on %s".formatted(reach.expert().label(), reach.text()))
                .collect(Collectors.joining(", "));
    return "Most: %s. Least: %s. Reached by fewer than %d tokens: %d, %s."
        .formatted(
            sentence(coverage.reaches().stream().max(byShare).orElseThrow()),
            sentence(coverage.reaches().stream().min(byShare).orElseThrow()),
            least,
            starved.size(),
            names);
  }

  /** A dot per expert and calibration: AWQ's error over plain rounding's, by the tokens it saw. */
  public static Picture errors(String title, ExpertStudy study) {
    Map<Expert, Double> rounded =
        study.errors().stream()
            .filter(error -> error.form().startsWith("rtn"))
            .collect(Collectors.toMap(ExpertError::expert, ExpertError::error));
    List<ExpertError> awq =
        study.errors().stream().filter(error -> error.form().startsWith("awq")).toList();
    List<String> texts = awq.stream().map(ExpertError::calibration).distinct().toList();
    Panel panel = panel(awq, rounded);
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(
        panel.axisAcross(
            "tokens that reached the expert in calibration (none: at the left edge)",
            NumberText::plain));
    marks.addAll(panel.axisUp("error of its output, AWQ over rounding", NumberText::plain));
    marks.add(
        Lines.between(
            new Point(panel.left(), panel.y(1)),
            new Point(panel.right(), panel.y(1)),
            Stroke.RULE));
    for (ExpertError error : awq) {
      double ratio = error.error() / rounded.getOrDefault(error.expert(), Double.NaN);
      int series = texts.indexOf(error.calibration());
      marks.add(
          new Symbol(
              panel.at(Math.max(NONE, error.seen()), ratio),
              Form.series(series),
              4,
              Ink.series(series),
              awq.size() > TITLED ? "" : sentence(error, ratio)));
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      entries.add(Entry.dot("calibrated on " + texts.get(i), Form.series(i), Ink.series(i)));
    }
    entries.add(Entry.line("as good as rounding", Stroke.RULE));
    Legend legend = new Legend(entries);
    marks.addAll(legend.marks(TOP + TALL + 44));
    String classes =
        study.bySeen().stream()
            .map(row ->
                String.format(
                    Locale.ROOT, "%s %.2f, worst %.2f", row.group(), row.ratio(), row.worst()))
            .collect(Collectors.joining("; "));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            (int) (TOP + TALL + 52 + legend.height()),
            title,
            "AWQ's error over plain rounding's, geometric mean: %s.".formatted(classes),
            marks));
  }

  private static String sentence(ExpertError error, double ratio) {
    return String.format(
        Locale.ROOT,
        "expert %s, %d of %d tokens of %s: %.2f",
        error.expert().label(),
        error.seen(),
        error.calibrationTokens(),
        error.calibration(),
        ratio);
  }

  private static Panel panel(List<ExpertError> awq, Map<Expert, Double> rounded) {
    DoubleSummaryStatistics up = new DoubleSummaryStatistics();
    up.accept(1);
    awq.forEach(
        error -> up.accept(error.error() / rounded.getOrDefault(error.expert(), Double.NaN)));
    double most = awq.stream().mapToLong(ExpertError::seen).max().orElse(1);
    return new Panel(
        64,
        TOP - 4,
        640,
        TALL,
        new Scale(NONE / 1.2, Math.max(2, 1.3 * most), true),
        new Scale(up.getMin() / 1.1, 1.1 * up.getMax(), true));
  }
}
