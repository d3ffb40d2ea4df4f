package halfstep.magics.chart;

import halfstep.magics.table.BenchTables;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.ModelError;
import halfstep.magics.table.NumberText;
import halfstep.metric.LayerError;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Charts that compare methods and widths: colour tells the method, the mark the width. */
public final class BenchCharts {

  /** Largest over smallest error from which on the axis is logarithmic. */
  private static final double WIDE = 3;

  /** Methods lie a little below one another within a row, so that equal errors are all seen. */
  private static final double MOST_DODGE = 0.17;

  /** Share of a row that all methods together may take. */
  private static final double LANES = 0.8;

  private BenchCharts() {}

  /**
   * A row of dots per layer.
   *
   * @param name turns a layer's full name into the one to show
   */
  public static Picture layers(String title, List<LayerError> errors, UnaryOperator<String> name) {
    Set<String> layers = new LinkedHashSet<>();
    errors.forEach(error -> layers.add(error.layer()));
    boolean output = errors.stream().allMatch(error -> error.outputError().isPresent());
    String axis = output ? "relative error of the output" : "relative error of the weights";
    String beside = axis + "; in brackets bits per weight";
    return Painter.paint(
        () -> dots(title, beside, errors, layers.stream().toList(), name),
        "Chart: %s; %s, layer by layer.".formatted(title, axis));
  }

  private static double dodge(int methods) {
    return Math.min(MOST_DODGE, LANES / methods);
  }

  private static XYChart dots(
      String title,
      String axis,
      List<LayerError> errors,
      List<String> layers,
      UnaryOperator<String> name) {
    XYChart chart = Theme.chart(title, axis, "", RowAxis.height(layers.size()));
    scale(chart.getStyler(), errors);
    RowAxis.set(chart.getStyler(), layers.stream().map(name).toList());
    Map<String, List<LayerError>> series = new LinkedHashMap<>();
    Set<String> methods = new LinkedHashSet<>();
    Set<String> widths = new LinkedHashSet<>();
    for (LayerError error : errors) {
      String method = BenchTables.method(error);
      String width = error.spec().label();
      methods.add(method);
      widths.add(width);
      series.computeIfAbsent(method + ", " + width, none -> new ArrayList<>()).add(error);
    }
    DoubleSummaryStatistics range =
        errors.stream().mapToDouble(BenchTables::shown).summaryStatistics();
    double[] ends = {range.getMin(), range.getMax()};
    for (int row = 0; row < layers.size(); row++) {
      Theme.hair(chart, "row " + row, ends, new double[] {-row, -row}).setShowInLegend(false);
    }
    legend(chart, errors, List.copyOf(methods), List.copyOf(widths));
    series.forEach((label, points) -> {
      LayerError first = points.getFirst();
      int method = List.copyOf(methods).indexOf(BenchTables.method(first));
      int width = List.copyOf(widths).indexOf(first.spec().label());
      double lane = dodge(methods.size()) * (method - (methods.size() - 1) / 2.0);
      double[] x = points.stream().mapToDouble(BenchTables::shown).toArray();
      double[] y = points.stream().mapToDouble(p -> -layers.indexOf(p.layer()) - lane).toArray();
      Theme.dots(chart, label, x, y, Palette.colour(method), Palette.marker(width))
          .setShowInLegend(false);
    });
    return chart;
  }

  /**
   * An entry per method and one per width instead of one for each pair. Their dots lie under others
   * of the same place.
   */
  private static void legend(
      XYChart chart, List<LayerError> errors, List<String> methods, List<String> widths) {
    for (String method : methods) {
      int number = methods.indexOf(method);
      double[] lane = {-dodge(methods.size()) * (number - (methods.size() - 1) / 2.0)};
      double[] own =
          errors.stream()
              .filter(error -> BenchTables.method(error).equals(method))
              .limit(1)
              .mapToDouble(BenchTables::shown)
              .toArray();
      Theme.dots(chart, method, own, lane, Palette.colour(number), SeriesMarkers.CIRCLE);
    }
    double[] y = {dodge(methods.size()) * (methods.size() - 1) / 2.0};
    for (String width : widths) {
      List<LayerError> all =
          errors.stream().filter(error -> error.spec().label().equals(width)).toList();
      double[] own = {BenchTables.shown(all.getFirst())};
      String cost =
          BitsLabel.range(all.stream().mapToDouble(LayerError::bitsPerWeight).summaryStatistics());
      Theme.dots(
          chart,
          "%s (%s)".formatted(width, cost),
          own,
          y,
          Palette.INK,
          Palette.marker(widths.indexOf(width)));
    }
  }

  /** Logarithmic when errors differ much: widths are then as far apart as they are to the eye. */
  private static void scale(XYStyler styler, List<LayerError> errors) {
    DoubleSummaryStatistics range =
        errors.stream().mapToDouble(BenchTables::shown).summaryStatistics();
    boolean wide = range.getMin() > 0 && range.getMax() > WIDE * range.getMin();
    styler.setXAxisLogarithmic(wide);
    styler.setXAxisLogarithmicDecadeOnly(false);
    styler.setXAxisTickMarkSpacingHint(60);
    styler.setXAxisTickLabelsFormattingFunction(wide ? Theme::logLabel : NumberText::plain);
  }

  /** Mean KL against bits per weight, a line per method. */
  public static Picture models(String title, List<ModelError> rows) {
    Map<String, List<ModelError>> series = new LinkedHashMap<>();
    List<ModelError> byCost =
        rows.stream().sorted(Comparator.comparingDouble(ModelError::bitsPerWeight)).toList();
    for (ModelError row : byCost) {
      series
          .computeIfAbsent(
              MethodLabel.of(row.method(), row.spec().zeroPoint()), none -> new ArrayList<>())
          .add(row);
    }
    return Painter.paint(
        () -> {
          XYChart chart = Theme.chart(title, "bits per weight", "mean KL (nats)", Theme.HEIGHT);
          scaleOfKl(chart.getStyler(), rows);
          chart.getStyler().setXAxisDecimalPattern("0.#");
          int number = 0;
          for (Map.Entry<String, List<ModelError>> one : series.entrySet()) {
            double[] x = one.getValue().stream().mapToDouble(ModelError::bitsPerWeight).toArray();
            double[] y =
                one.getValue().stream().mapToDouble(row -> row.divergence().meanKl()).toArray();
            Theme.line(chart, one.getKey(), x, y, number++);
          }
          return chart;
        },
        "Chart: %s; mean KL against bits per weight for %s."
            .formatted(title, String.join(", ", series.keySet())));
  }

  /** Logarithmic over several widths; one width alone would find no tick on a logarithmic axis. */
  private static void scaleOfKl(XYStyler styler, List<ModelError> rows) {
    DoubleSummaryStatistics range =
        rows.stream().mapToDouble(row -> row.divergence().meanKl()).summaryStatistics();
    boolean wide = range.getMin() > 0 && range.getMax() > WIDE * range.getMin();
    styler.setYAxisLogarithmic(wide);
    styler.setYAxisLogarithmicDecadeOnly(false);
    styler.setYAxisTickLabelsFormattingFunction(wide ? Theme::logLabel : NumberText::plain);
  }
}
