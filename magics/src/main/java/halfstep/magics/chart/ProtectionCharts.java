package halfstep.magics.chart;

import halfstep.awq.Protection;
import halfstep.awq.Salience;
import halfstep.awq.SalienceOverlap;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Dots;
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
import halfstep.metric.OutputError;
import java.util.ArrayList;
import java.util.DoubleSummaryStatistics;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Charts of which channels matter, by what it costs to lose them and to whom. */
public final class ProtectionCharts {

  private static final double LEFT = 190;
  private static final double WIDE = 430;
  private static final double TOP = 44;
  private static final double ROW = 40;

  /** More dots than this only make the file larger; all strongest channels are drawn. */
  private static final int MOST_DOTS = 1500;

  private record Row(String label, double error, Ink ink, List<OutputError> draws) {}

  private ProtectionCharts() {}

  /** The output error when a few channels stay in full precision, by who chooses them. */
  public static Picture rules(String title, Protection protection) {
    List<Row> rows =
        List.of(
            new Row("none kept", protection.none().relative(), Ink.TEXT, List.of()),
            new Row("kept at random", protection.meanAtRandom(), Ink.GREEN, protection.atRandom()),
            new Row("kept by weight", protection.byWeight().relative(), Ink.BLUE, List.of()),
            new Row(
                "kept by activation", protection.byActivation().relative(), Ink.ORANGE, List.of()));
    double most =
        rows.stream()
            .flatMapToDouble(row ->
                DoubleStream.concat(
                    DoubleStream.of(row.error()),
                    row.draws().stream().mapToDouble(OutputError::relative)))
            .max()
            .orElseThrow();
    double tall = ROW * rows.size();
    Panel panel = new Panel(LEFT, TOP, WIDE, tall, Scale.fromZero(most), Scale.linear(0, 1));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("relative error of the output", NumberText::plain));
    for (int i = 0; i < rows.size(); i++) {
      marks.addAll(row(panel, rows.get(i), TOP + i * ROW, protection.none().relative()));
    }
    String description =
        "%d of %d input channels in full precision: %s; a dot per draw."
            .formatted(protection.kept(), protection.channels(), protection);
    return Painter.paint(
        new Figure(Figure.WIDTH, (int) (TOP + tall + 44), title, description, marks));
  }

  private static List<Mark> row(Panel panel, Row row, double top, double none) {
    List<Mark> marks = new ArrayList<>();
    double middle = top + ROW / 2;
    String figure = String.format(Locale.ROOT, "%.4f", row.error());
    String ratio = none == 0 ? "" : String.format(Locale.ROOT, "  × %.2f", row.error() / none);
    marks.add(Words.of(new Point(panel.left() - 10, middle + 4), row.label(), Anchor.END));
    marks.add(
        new Bar(
            panel.left(),
            top + 9,
            panel.x(row.error()) - panel.left(),
            ROW - 18,
            row.ink(),
            0.8,
            row.label() + ": relative output error " + figure));
    double end = row.error();
    List<Point> dots = new ArrayList<>();
    for (OutputError draw : row.draws()) {
      dots.add(new Point(panel.x(draw.relative()), middle));
      end = Math.max(end, draw.relative());
    }
    if (!dots.isEmpty()) {
      marks.add(new Dots(dots, 3, Ink.TEXT, 1));
    }
    marks.add(Words.of(new Point(panel.x(end) + 8, middle + 4), figure + ratio, Anchor.START));
    return marks;
  }

  /**
   * Mean |x| of each channel under two calibrations, the strongest of either marked.
   *
   * @param fraction share of the channels that counts as strongest
   */
  public static Picture overlap(
      String title,
      String oneName,
      Salience one,
      String otherName,
      Salience other,
      double fraction) {
    SalienceOverlap overlap = SalienceOverlap.of(one, other, fraction);
    Panel panel = new Panel(70, TOP + 14, 400, 300, scale(one), scale(other));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("mean |x| on " + oneName, NumberText::plain));
    marks.addAll(panel.axisUp("mean |x| on " + otherName, NumberText::plain));
    marks.add(diagonal(panel));
    Set<Integer> tops = new HashSet<>();
    IntStream.of(one.top(fraction)).forEach(tops::add);
    Set<Integer> others = new HashSet<>();
    IntStream.of(other.top(fraction)).forEach(others::add);
    marks.add(rest(panel, one, other, tops, others));
    Set<Integer> either = new HashSet<>(tops);
    either.addAll(others);
    for (int channel : either) {
      boolean both = tops.contains(channel) && others.contains(channel);
      Kind kind = both ? Kind.BOTH : tops.contains(channel) ? Kind.ONE : Kind.OTHER;
      String figures =
          String.format(
              Locale.ROOT,
              "channel %d: %.3f and %.3f",
              channel,
              one.get(channel),
              other.get(channel));
      marks.add(new Symbol(place(panel, one, other, channel), kind.form, 4.5, kind.ink, figures));
    }
    marks.addAll(key(overlap, oneName, otherName));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            420,
            title,
            "%s on %s and on %s.".formatted(overlap, oneName, otherName),
            marks));
  }

  private enum Kind {
    BOTH(Form.CIRCLE, Ink.ORANGE),
    ONE(Form.DIAMOND, Ink.BLUE),
    OTHER(Form.TRIANGLE, Ink.GREEN);

    private final Form form;
    private final Ink ink;

    Kind(Form form, Ink ink) {
      this.form = form;
      this.ink = ink;
    }
  }

  /** Silent channels have no logarithm, so they make the axis linear. */
  private static Scale scale(Salience salience) {
    DoubleSummaryStatistics range = new DoubleSummaryStatistics();
    for (float mean : salience.toArray()) {
      range.accept(mean);
    }
    return Scale.around(range);
  }

  private static Point place(Panel panel, Salience one, Salience other, int channel) {
    return panel.at(one.get(channel), other.get(channel));
  }

  private static Mark rest(
      Panel panel, Salience one, Salience other, Set<Integer> tops, Set<Integer> others) {
    int every = Math.ceilDiv(one.channels(), MOST_DOTS);
    List<Point> at = new ArrayList<>();
    for (int channel = 0; channel < one.channels(); channel += every) {
      if (!tops.contains(channel) && !others.contains(channel)) {
        at.add(place(panel, one, other, channel));
      }
    }
    return new Dots(at, 2, Ink.TEXT, 0.55);
  }

  /** Where channels lie that both calibrations drive alike. */
  private static Mark diagonal(Panel panel) {
    double low = Math.max(panel.across().min(), panel.up().min());
    double high = Math.min(panel.across().max(), panel.up().max());
    List<Point> ends =
        low < high
            ? List.of(panel.at(low, low), panel.at(high, high))
            : List.of(panel.at(low, low), panel.at(low, low));
    return Lines.through(ends, Stroke.RULE.with(Dash.DOTTED));
  }

  private static List<Mark> key(SalienceOverlap overlap, String one, String other) {
    List<String> labels = List.of("strongest on both", "only on " + one, "only on " + other);
    List<Mark> marks = new ArrayList<>();
    double y = TOP + 30;
    for (Kind kind : Kind.values()) {
      marks.add(new Symbol(new Point(506, y - 4), kind.form, 4.5, kind.ink, ""));
      marks.add(Words.of(new Point(518, y), labels.get(kind.ordinal()), Anchor.START));
      y += 20;
    }
    for (String line :
        List.of(
            "%d of the strongest %d shared".formatted(overlap.shared(), overlap.top()),
            String.format(Locale.ROOT, "Jaccard %.2f", overlap.jaccard()),
            String.format(Locale.ROOT, "Spearman %.3f", overlap.spearman()))) {
      y += 20;
      marks.add(Words.of(new Point(500, y), line, Anchor.START));
    }
    return marks;
  }
}
