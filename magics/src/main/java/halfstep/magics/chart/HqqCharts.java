package halfstep.magics.chart;

import halfstep.hqq.HqqOutcome.State;
import halfstep.hqq.HqqStep;
import halfstep.magics.table.NumberText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;

/** Charts of HQQ's steps. */
public final class HqqCharts {

  private HqqCharts() {}

  /** Error against iteration, a line per walk. */
  public static Picture errors(String title, Map<String, List<HqqStep>> walks) {
    Map<String, List<State>> paths = new LinkedHashMap<>();
    walks.forEach((name, steps) -> paths.put(name, steps.stream().map(State::of).toList()));
    return paths(title, paths);
  }

  /** Error against iteration, a line per path. */
  public static Picture paths(String title, Map<String, List<State>> paths) {
    return Painter.paint(
        () -> {
          XYChart chart = Theme.chart(title, "iteration", "mean |w − ŵ|", Theme.HEIGHT);
          chart.getStyler().setYAxisTickLabelsFormattingFunction(NumberText::plain);
          chart.getStyler().setXAxisDecimalPattern("#");
          chart.getStyler().setXAxisTickMarkSpacingHint(40);
          chart.getStyler().setLegendVisible(paths.size() > 1);
          int number = 0;
          for (Map.Entry<String, List<State>> path : paths.entrySet()) {
            double[] x = path.getValue().stream().mapToDouble(State::index).toArray();
            double[] y = path.getValue().stream().mapToDouble(State::meanAbsError).toArray();
            Theme.line(chart, path.getKey(), x, y, number++);
          }
          return chart;
        },
        "Chart: %s; mean |w − ŵ| against iteration for %s."
            .formatted(title, String.join(", ", paths.keySet())));
  }
}
