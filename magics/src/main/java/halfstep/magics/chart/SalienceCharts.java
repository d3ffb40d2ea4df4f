package halfstep.magics.chart;

import halfstep.awq.Lorenz;
import halfstep.awq.Salience;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;

/** Charts of salience: how unevenly channels are driven, and which ones most. */
public final class SalienceCharts {

  private static final int HEIGHT = 348;
  private static final double TOP = 56;
  private static final double TALL = 240;
  private static final double RIGHT = 446;
  private static final int CHANNELS = 10;
  private static final double ROW = 24;

  /** Points of a Lorenz curve: one a pixel would only make the file larger. */
  private static final int POINTS = 64;

  private SalienceCharts() {}

  /** One input: its Lorenz curve beside its strongest channels. */
  public static Picture layer(String title, Salience salience) {
    List<Mark> marks = new ArrayList<>(lorenz(Map.of("", salience)));
    marks.addFirst(Heading.of(title));
    marks.addAll(strongest(salience));
    String description =
        String.format(
            Locale.ROOT,
            "Mean |x| of %d channels: Gini %.3f; the strongest 1 %% carry %.1f %%, the strongest channel %d is driven %.1f times as hard as the median one.",
            salience.channels(),
            Lorenz.of(salience).gini(),
            100 * salience.shareOfTop(0.01),
            salience.top(0)[0],
            salience.maxOverMedian());
    return Painter.paint(new Figure(Figure.WIDTH, HEIGHT, title, description, marks));
  }

  /** Several inputs: their Lorenz curves beside what their strongest hundredths carry. */
  public static Picture inputs(String title, Map<String, Salience> inputs) {
    List<Mark> marks = new ArrayList<>(lorenz(inputs));
    marks.addFirst(Heading.of(title));
    marks.addAll(carried(inputs));
    List<String> words = new ArrayList<>();
    inputs.forEach((name, salience) ->
        words.add(String.format(Locale.ROOT, "%s Gini %.3f", name, Lorenz.of(salience).gini())));
    return Painter.paint(
        new Figure(
            Figure.WIDTH,
            HEIGHT,
            title,
            "Lorenz curves: " + String.join("; ", words) + ".",
            marks));
  }

  private static List<Mark> lorenz(Map<String, Salience> inputs) {
    Panel panel = new Panel(64, TOP, 316, TALL, Scale.linear(0, 1), Scale.linear(0, 1));
    List<Mark> marks = new ArrayList<>();
    marks.addAll(panel.axisAcross("share of channels, weakest first", NumberText::wholePercent));
    marks.addAll(panel.axisUp("share of all magnitude", NumberText::wholePercent));
    marks.add(panel.line(List.of(new Point(0, 0), new Point(1, 1)), Stroke.RULE.with(Dash.DOTTED)));
    double label = TOP + 20;
    int number = 0;
    for (Map.Entry<String, Salience> input : inputs.entrySet()) {
      Lorenz lorenz = Lorenz.of(input.getValue());
      Stroke stroke = Stroke.series(number++).withWidth(2);
      marks.add(curve(panel, lorenz, stroke, input.getKey()));
      marks.add(
          Lines.between(
              new Point(panel.left() + 8, label - 4),
              new Point(panel.left() + 36, label - 4),
              stroke));
      String gini = String.format(Locale.ROOT, "Gini %.3f  %s", lorenz.gini(), input.getKey());
      marks.add(
          Words.of(new Point(panel.left() + 42, label), gini.strip(), Anchor.START).sized(11));
      label += 16;
    }
    return marks;
  }

  private static Mark curve(Panel panel, Lorenz lorenz, Stroke stroke, String name) {
    List<Point> points = new ArrayList<>();
    int n = lorenz.channels();
    int shown = Math.min(n, POINTS);
    for (int i = 0; i <= shown; i++) {
      // the last hundredth bends most, so points lie closer there
      double share = 1 - Math.pow(1 - (double) i / shown, 2);
      int weakest = (int) Math.round(share * n);
      points.add(panel.at((double) weakest / n, lorenz.share(weakest)));
    }
    String title =
        String.format(Locale.ROOT, "%s: Gini %.3f", name.isEmpty() ? "input" : name, lorenz.gini());
    return new Lines(List.of(points), stroke, title);
  }

  private static List<Mark> strongest(Salience salience) {
    int[] top = salience.top(1);
    int shown = Math.min(CHANNELS, top.length);
    Map<String, Double> rows = new LinkedHashMap<>();
    for (int i = 0; i < shown; i++) {
      rows.put(String.valueOf(top[i]), (double) salience.get(top[i]));
    }
    float median = salience.get(top[top.length / 2]);
    List<Mark> marks = bars("strongest channels, mean |x|", rows, SalienceCharts::threeDigits);
    double most = salience.get(top[0]);
    if (most > 0) {
      double x = RIGHT + 200 * median / most;
      marks.add(
          Lines.between(
              new Point(x, TOP - 2),
              new Point(x, TOP + shown * ROW),
              Stroke.RULE.with(Dash.DASHED)));
      marks.add(
          Words.of(new Point(x + 4, TOP + shown * ROW + 14), "median channel", Anchor.START)
              .sized(11));
    }
    return marks;
  }

  private static List<Mark> carried(Map<String, Salience> inputs) {
    Map<String, Double> rows = new LinkedHashMap<>();
    inputs.forEach((name, salience) -> rows.put(name, salience.shareOfTop(0.01)));
    List<Mark> marks = new ArrayList<>();
    double most = rows.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    marks.add(
        Words.of(new Point(RIGHT - 40, TOP - 8), "what the strongest 1 % carry", Anchor.START));
    double top = TOP + 6;
    int number = 0;
    for (Map.Entry<String, Double> row : rows.entrySet()) {
      marks.add(Words.of(new Point(RIGHT - 40, top + 10), row.getKey(), Anchor.START).sized(11));
      double width = most == 0 ? 0 : 200 * row.getValue() / most;
      Ink ink = Ink.series(number++);
      String text = NumberText.percent(row.getValue());
      marks.add(new Bar(RIGHT - 40, top + 15, width, 12, ink, 0.85, row.getKey() + ": " + text));
      marks.add(Words.of(new Point(RIGHT - 34 + width, top + 25), text, Anchor.START).sized(11));
      top += 44;
    }
    return marks;
  }

  /** Bars with a name on the left and a figure at the end. */
  private static List<Mark> bars(
      String title, Map<String, Double> rows, DoubleFunction<String> text) {
    List<Mark> marks = new ArrayList<>();
    double most = rows.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    marks.add(Words.of(new Point(RIGHT - 40, TOP - 8), title, Anchor.START));
    double top = TOP + 4;
    for (Map.Entry<String, Double> row : rows.entrySet()) {
      double width = most == 0 ? 0 : 200 * row.getValue() / most;
      String figure = text.apply(row.getValue());
      marks.add(Words.of(new Point(RIGHT - 6, top + 12), row.getKey(), Anchor.END).sized(11));
      marks.add(
          new Bar(
              RIGHT,
              top,
              width,
              ROW - 8,
              Ink.ORANGE,
              0.85,
              "channel %s: mean |x| %s".formatted(row.getKey(), figure)));
      marks.add(Words.of(new Point(RIGHT + width + 6, top + 12), figure, Anchor.START).sized(11));
      top += ROW;
    }
    return marks;
  }

  private static String threeDigits(double value) {
    return value >= 100 || value < 0.01 && value > 0
        ? NumberText.scientific(value)
        : String.format(Locale.ROOT, "%.3f", value);
  }
}
