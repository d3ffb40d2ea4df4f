package halfstep.magics.chart;

import halfstep.awq.AwqStep;
import halfstep.awq.Salience;
import halfstep.magics.table.NumberText;
import halfstep.magics.table.ScaleSearch;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of salience and of AWQ's grid. */
public final class AwqCharts {

  private static final double TOP = 0.01;

  private AwqCharts() {}

  /** Mean |x| of every channel in order, the strongest one in a hundred marked. */
  public static Picture profile(String title, Salience salience) {
    return Painter.paint(
        () -> {
          XYChart chart = Theme.chart(title, "input channel", "mean |x|", Theme.HEIGHT);
          chart.getStyler().setXAxisDecimalPattern("#");
          chart.getStyler().setXAxisTickMarkSpacingHint(60);
          chart.getStyler().setYAxisDecimalPattern("0.###");
          chart.getStyler().setYAxisMin(0.0);
          Theme.bars(chart, "all channels", salience.toArray(), Palette.INK);
          int[] top = salience.top(TOP);
          double[] x = Arrays.stream(top).asDoubleStream().toArray();
          double[] y = Arrays.stream(top).mapToDouble(salience::get).toArray();
          Theme.dots(chart, "strongest 1 %", x, y, Palette.ORANGE, SeriesMarkers.CIRCLE);
          return chart;
        },
        "Chart: %s; %s.".formatted(title, salience));
  }

  /** Sorted mean |x|, a line per input, from the strongest channel down. */
  public static Picture inputs(String title, Map<String, Salience> inputs) {
    return Painter.paint(
        () -> {
          XYChart chart =
              Theme.chart(title, "share of channels, strongest first", "mean |x|", Theme.HEIGHT);
          chart.getStyler().setYAxisMin(0.0);
          chart.getStyler().setYAxisDecimalPattern("0.###");
          chart.getStyler().setXAxisTickLabelsFormattingFunction(NumberText::wholePercent);
          int number = 0;
          for (Map.Entry<String, Salience> input : inputs.entrySet()) {
            sorted(chart, input.getKey(), input.getValue(), number++);
          }
          return chart;
        },
        "Chart: %s; sorted mean |x| of %s.".formatted(title, String.join("; ", inputs.keySet())));
  }

  private static void sorted(XYChart chart, String name, Salience salience, int number) {
    int[] order = salience.top(1);
    double[] x = new double[order.length];
    double[] y = new double[order.length];
    for (int i = 0; i < order.length; i++) {
      x[i] = (double) i / order.length;
      y[i] = salience.get(order[i]);
    }
    Theme.plain(chart, name, x, y, Palette.colour(number));
  }

  /** Loss beside plain rounding's against the ratio, a line per scale group. */
  public static Picture searches(String title, List<ScaleSearch> searches) {
    return Painter.paint(
        () -> {
          XYChart chart =
              Theme.chart(
                  title,
                  "ratio α (marked: the chosen one)",
                  "loss / loss of plain rounding",
                  Theme.HEIGHT);
          chart.getStyler().setXAxisDecimalPattern("0.0#");
          chart.getStyler().setYAxisDecimalPattern("0.0##");
          for (int i = 0; i < searches.size(); i++) {
            ScaleSearch search = searches.get(i);
            double[] x = search.steps().stream().mapToDouble(AwqStep::ratio).toArray();
            double[] y = search.steps().stream().mapToDouble(search::relativeLoss).toArray();
            Theme.plain(chart, search.group(), x, y, Palette.colour(i));
            AwqStep best = search.best();
            Theme.dots(
                    chart,
                    "best of " + search.group(),
                    new double[] {best.ratio()},
                    new double[] {search.relativeLoss(best)},
                    Palette.colour(i),
                    Palette.marker(i))
                .setShowInLegend(false);
          }
          Theme.dashes(
              chart, "plain rounding", new double[] {0, 0.95}, new double[] {1, 1}, Palette.INK);
          return chart;
        },
        "Chart: %s; loss against ratio, chosen ratios %s."
            .formatted(
                title, searches.stream().map(s -> s.group() + " " + s.best().ratio()).toList()));
  }
}
