package halfstep.magics.chart;

import halfstep.eval.EvaluationRow;
import halfstep.eval.Interval;
import halfstep.magics.table.NumberText;
import java.util.List;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;

/** Charts of evaluations: a row per text, a dot with its interval per model. */
public final class EvalCharts {

  /** Models lie a little below one another within a row, so that equal figures are all seen. */
  private static final double DODGE = 0.25;

  private EvalCharts() {}

  /** The mean KL of each text with its interval of 95 %, or the perplexity without a reference. */
  public static Picture domains(String title, List<EvaluationRow> rows) {
    boolean compared = rows.getFirst().divergence().isPresent();
    String axis = compared ? "mean KL (nats), 95 % interval" : "perplexity, 95 % interval";
    return Painter.paint(
        () -> dots(title, axis, rows),
        "Chart: %s; %s for each text: %s."
            .formatted(
                title, axis, String.join(", ", rows.stream().map(EvalCharts::words).toList())));
  }

  private static String words(EvaluationRow row) {
    return "%s on %s %s".formatted(row.model(), row.domain(), NumberText.plain(value(row)));
  }

  private static XYChart dots(String title, String axis, List<EvaluationRow> rows) {
    List<String> texts = rows.stream().map(EvaluationRow::domain).distinct().toList();
    List<String> models = rows.stream().map(EvaluationRow::model).distinct().toList();
    XYChart chart = Theme.chart(title, axis, "", RowAxis.height(texts.size()));
    XYStyler styler = chart.getStyler();
    RowAxis.set(styler, texts);
    styler.setXAxisTickLabelsFormattingFunction(NumberText::plain);
    styler.setLegendVisible(models.size() > 1);
    for (EvaluationRow row : rows) {
      int model = models.indexOf(row.model());
      double y = -texts.indexOf(row.domain()) - DODGE * (model - (models.size() - 1) / 2.0);
      Interval interval = interval(row);
      double[] ends = {interval.low(), interval.high()};
      String name = row.model() + " " + row.domain();
      Theme.plain(chart, name, ends, new double[] {y, y}, Palette.colour(model))
          .setShowInLegend(false);
    }
    for (String model : models) {
      int number = models.indexOf(model);
      List<EvaluationRow> own = rows.stream().filter(row -> row.model().equals(model)).toList();
      double lane = DODGE * (number - (models.size() - 1) / 2.0);
      double[] x = own.stream().mapToDouble(EvalCharts::value).toArray();
      double[] y = own.stream().mapToDouble(row -> -texts.indexOf(row.domain()) - lane).toArray();
      Theme.dots(chart, model, x, y, Palette.colour(number), Palette.marker(number));
    }
    return chart;
  }

  private static double value(EvaluationRow row) {
    return row.divergence()
        .map(divergence -> divergence.kl().value())
        .orElseGet(() -> row.perplexity().value());
  }

  private static Interval interval(EvaluationRow row) {
    return row.divergence()
        .map(divergence -> divergence.kl().interval())
        .orElseGet(() -> row.perplexity().interval());
  }
}
