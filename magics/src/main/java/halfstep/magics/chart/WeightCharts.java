package halfstep.magics.chart;

import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Lines;
import halfstep.magics.figure.Panel;
import halfstep.magics.figure.Point;
import halfstep.magics.figure.Scale;
import halfstep.magics.figure.Stroke;
import halfstep.magics.figure.Stroke.Dash;
import halfstep.magics.table.NumberText;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** Charts of weights and what rounding does to them. */
public final class WeightCharts {

  private WeightCharts() {}

  /**
   * One group's weights, sorted, on the staircase of the values that their codes stand for.
   *
   * @param w weights, {@code out × in}; not modified
   * @param quantized their codes, without channel scales; not modified
   * @param group number of the group
   */
  public static Picture staircase(String title, Matrix w, QuantizedMatrix quantized, int group) {
    GroupOnGrid shown = GroupOnGrid.of(w, quantized, group);
    GroupPanel panel =
        new GroupPanel(64, 56, 610, 280, shown.weights().size(), shown.least(), shown.most());
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.levels(shown));
    marks.add(panel.errors(shown));
    marks.add(panel.staircase(shown, Stroke.line(Ink.BLUE)));
    marks.addAll(panel.told(shown));
    marks.addAll(panel.axes(shown));
    String description =
        "Group %d: scale %s, zero %s; %s, each on the nearest of %d levels."
            .formatted(
                group,
                NumberText.scientific(shown.scale()),
                NumberText.plain(shown.zero()),
                shown.count(),
                shown.maxCode() + 1);
    return Painter.paint(new Figure(Figure.WIDTH, 366, title, description, marks));
  }

  /**
   * How far weights lie from their grid points.
   *
   * @param from value where the first bin begins, in steps of the grid
   * @param to where the last one ends
   * @param counts weights per bin of equal width
   * @param outside weights beyond both ends
   */
  public static Picture residuals(
      String title, double from, double to, List<Long> counts, long outside) {
    long total = outside + counts.stream().mapToLong(Long::longValue).sum();
    double width = (to - from) / counts.size();
    Panel panel =
        new Panel(
            64,
            56,
            640,
            220,
            Scale.linear(from, to),
            Scale.fromZero((double) Collections.max(counts) / total));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.addAll(panel.axisAcross("(w − ŵ) / scale", NumberText::plain));
    marks.addAll(panel.axisUp("share of the weights", NumberText::wholePercent));
    for (int bin = 0; bin < counts.size(); bin++) {
      marks.add(bar(panel, from + bin * width, width, counts.get(bin), total));
    }
    marks.add(half(panel, -0.5));
    marks.add(half(panel, 0.5));
    String beyond =
        outside == 0
            ? ""
            : " %s lie beyond both ends.".formatted(NumberText.percent((double) outside / total));
    String description =
        "Residuals of %d weights in steps of their group; rounding to nearest leaves half a step at most (dashed).%s"
            .formatted(total, beyond);
    return Painter.paint(new Figure(Figure.WIDTH, 320, title, description, marks));
  }

  private static Bar bar(Panel panel, double from, double width, long count, long total) {
    double share = (double) count / total;
    double left = panel.x(from);
    String title =
        String.format(
            Locale.ROOT,
            "%.2f to %.2f steps: %d weights, %s",
            from,
            from + width,
            count,
            NumberText.percent(share));
    return new Bar(
        left,
        panel.y(share),
        panel.x(from + width) - left - 0.5,
        panel.bottom() - panel.y(share),
        Ink.BLUE,
        0.85,
        title);
  }

  private static Lines half(Panel panel, double steps) {
    return Lines.between(
        new Point(panel.x(steps), panel.top()),
        new Point(panel.x(steps), panel.bottom()),
        Stroke.RULE.with(Dash.DASHED));
  }
}
