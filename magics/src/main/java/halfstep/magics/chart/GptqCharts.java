package halfstep.magics.chart;

import halfstep.gptq.GptqStep;
import halfstep.magics.table.NumberText;
import java.util.List;
import org.knowm.xchart.XYChart;

/** Charts of GPTQ's steps. */
public final class GptqCharts {

  private GptqCharts() {}

  /** The loss of each column block, in the order in which they were solved. */
  public static Picture losses(String title, List<GptqStep> steps) {
    return Painter.paint(
        () -> {
          XYChart chart =
              Theme.chart(title, "column block, as solved", "Σ e²/2 of the block", Theme.HEIGHT);
          chart.getStyler().setYAxisTickLabelsFormattingFunction(NumberText::plain);
          chart.getStyler().setXAxisDecimalPattern("#");
          chart.getStyler().setXAxisTickMarkSpacingHint(40);
          chart.getStyler().setYAxisMin(0.0);
          chart.getStyler().setLegendVisible(false);
          double[] block = steps.stream().mapToDouble(GptqStep::index).toArray();
          double[] loss = steps.stream().mapToDouble(GptqStep::loss).toArray();
          Theme.line(chart, "loss", block, loss, 0);
          return chart;
        },
        "Chart: %s; loss of each of %d column blocks.".formatted(title, steps.size()));
  }
}
