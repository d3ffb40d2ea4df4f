package halfstep.magics.chart;

import halfstep.hqq.HqqStep;
import halfstep.magics.table.NumberText;
import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts of HQQ's steps. */
public final class HqqCharts {

  /** More levels than this would be a grey surface. */
  private static final int MOST_LEVELS = 32;

  private HqqCharts() {}

  /** Error against iteration, a line per walk. */
  public static Picture errors(String title, Map<String, List<HqqStep>> walks) {
    return Painter.paint(
        () -> {
          XYChart chart = Theme.chart(title, "iteration", "mean |w − ŵ|", Theme.HEIGHT);
          chart.getStyler().setYAxisTickLabelsFormattingFunction(NumberText::plain);
          chart.getStyler().setXAxisDecimalPattern("#");
          chart.getStyler().setXAxisTickMarkSpacingHint(40);
          chart.getStyler().setLegendVisible(walks.size() > 1);
          int number = 0;
          for (Map.Entry<String, List<HqqStep>> walk : walks.entrySet()) {
            double[] x = walk.getValue().stream().mapToDouble(HqqStep::index).toArray();
            double[] y = walk.getValue().stream().mapToDouble(HqqStep::meanAbsError).toArray();
            Theme.line(chart, walk.getKey(), x, y, number++);
          }
          return chart;
        },
        "Chart: %s; mean |w − ŵ| against iteration for %s."
            .formatted(title, String.join(", ", walks.keySet())));
  }

  /**
   * One group's weights, sorted, on the levels that its codes stand for, before and after.
   *
   * @param w the weights, {@code out × in}
   * @param group number of the group
   * @param fromIteration iteration of the state to compare with
   * @param before that state
   * @param toIteration iteration of the state reached
   * @param after that state
   */
  public static Picture group(
      String title,
      Matrix w,
      int group,
      int fromIteration,
      QuantizedMatrix before,
      int toIteration,
      QuantizedMatrix after) {
    return Painter.paint(
        () -> {
          XYChart chart =
              Theme.chart(title, "weights of the group, sorted", "value", Theme.HEIGHT + 40);
          chart.getStyler().setPlotGridHorizontalLinesVisible(false);
          chart.getStyler().setXAxisTicksVisible(false);
          chart.getStyler().setYAxisDecimalPattern("0.####");
          Grouping grouping = after.spec().grouping(w.shape());
          double[] rank = ranks(grouping.size());
          levels(chart, after, group, grouping.size());
          long[] order = order(w, grouping, group);
          if (fromIteration != toIteration) {
            double[] old = values(before.dequantized(), order);
            Theme.staircase(chart, "ŵ at iteration " + fromIteration, old, Palette.ORANGE);
          }
          double[] now = values(after.dequantized(), order);
          Theme.staircase(chart, "ŵ at iteration " + toIteration, now, Palette.BLUE);
          Theme.dots(chart, "w", rank, values(w, order), Palette.INK, SeriesMarkers.CIRCLE);
          return chart;
        },
        "Chart: %s; the group's weights, sorted, with their reconstructions before and after."
            .formatted(title));
  }

  private static double[] ranks(int size) {
    double[] rank = new double[size];
    Arrays.setAll(rank, i -> i);
    return rank;
  }

  /** Row-major indices of the group's weights, smallest weight first. */
  private static long[] order(Matrix w, Grouping grouping, int group) {
    return IntStream.range(0, grouping.size())
        .mapToObj(i -> grouping.index(group, i))
        .sorted(Comparator.comparingDouble((Long index) -> w.at(index)))
        .mapToLong(Long::longValue)
        .toArray();
  }

  private static double[] values(Matrix matrix, long[] order) {
    return Arrays.stream(order).mapToDouble(matrix::at).toArray();
  }

  /** A thin line for each value that a code of the group can stand for: (q − z)·s. */
  private static void levels(XYChart chart, QuantizedMatrix quantized, int group, int size) {
    int most = quantized.spec().maxCode();
    if (most >= MOST_LEVELS) {
      return;
    }
    float zero = quantized.params().zero(group);
    float scale = quantized.params().scale(group);
    double[] ends = {-0.5, size - 0.5};
    for (int code = 0; code <= most; code++) {
      double level = (code - zero) * (double) scale;
      Theme.hair(chart, "level " + code, ends, new double[] {level, level}).setShowInLegend(false);
    }
  }
}
