package halfstep.magics.chart;

import halfstep.hqq.HqqStep;
import halfstep.magics.table.NumberText;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Charts of HQQ's steps. */
public final class HqqCharts {

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
}
