package halfstep.magics.chart;

import halfstep.magics.table.BenchTables;
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.ModelError;
import halfstep.magics.table.NumberText;
import halfstep.metric.LayerError;
import java.util.ArrayList;
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

  private static final int ROW = 20;
  private static final int FRAME = 150;

  /** Methods lie a little below one another within a row, so that equal errors are all seen. */
  private static final double DODGE = 0.17;

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
    return Painter.paint(
        () -> dots(title, axis, errors, layers.stream().toList(), name),
        "Chart: %s; %s of %d layers.".formatted(title, axis, layers.size()));
  }

  private static XYChart dots(
      String title,
      String axis,
      List<LayerError> errors,
      List<String> layers,
      UnaryOperator<String> name) {
    int height = FRAME + ROW * Math.max(4, layers.size());
    XYChart chart = Theme.chart(title, axis, "", height);
    rows(chart.getStyler(), layers.stream().map(name).toList());
    Map<String, List<LayerError>> series = new LinkedHashMap<>();
    Set<String> methods = new LinkedHashSet<>();
    Set<String> widths = new LinkedHashSet<>();
    for (LayerError error : errors) {
      String method = BenchTables.method(error);
      String width = error.spec().bits().label();
      methods.add(method);
      widths.add(width);
      series.computeIfAbsent(method + ", " + width + " bit", none -> new ArrayList<>()).add(error);
    }
    legend(chart, errors, List.copyOf(methods), List.copyOf(widths));
    series.forEach((label, points) -> {
      LayerError first = points.getFirst();
      int method = List.copyOf(methods).indexOf(BenchTables.method(first));
      int width = List.copyOf(widths).indexOf(first.spec().bits().label());
      double lane = DODGE * (method - (methods.size() - 1) / 2.0);
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
      double[] lane = {-DODGE * (number - (methods.size() - 1) / 2.0)};
      double[] own =
          errors.stream()
              .filter(error -> BenchTables.method(error).equals(method))
              .limit(1)
              .mapToDouble(BenchTables::shown)
              .toArray();
      Theme.dots(chart, method, own, lane, Palette.colour(number), SeriesMarkers.CIRCLE);
    }
    double[] y = {DODGE * (methods.size() - 1) / 2.0};
    for (String width : widths) {
      double[] own =
          errors.stream()
              .filter(error -> error.spec().bits().label().equals(width))
              .limit(1)
              .mapToDouble(BenchTables::shown)
              .toArray();
      Theme.dots(chart, width + " bit", own, y, Palette.INK, Palette.marker(widths.indexOf(width)));
    }
  }

  /** Row i lies at −i, so that the first is on top. */
  private static void rows(XYStyler styler, List<String> names) {
    styler.setXAxisLogarithmic(true);
    styler.setYAxisMin(0.5 - Math.max(4, names.size()));
    styler.setYAxisMax(0.5);
    styler.setYAxisTickMarkSpacingHint(ROW * 3 / 4);
    styler.setXAxisLogarithmicDecadeOnly(false);
    styler.setXAxisTickLabelsFormattingFunction(NumberText::plain);
    styler.setYAxisTickLabelsFormattingFunction(y -> {
      int row = (int) -Math.rint(y);
      boolean named = row >= 0 && row < names.size() && Math.abs(y + row) < 0.01;
      return named ? names.get(row) : "";
    });
  }

  /** Mean KL against bits per weight, a line per method. */
  public static Picture models(String title, List<ModelError> rows) {
    Map<String, List<ModelError>> series = new LinkedHashMap<>();
    for (ModelError row : rows) {
      series
          .computeIfAbsent(
              MethodLabel.of(row.method(), row.spec().zeroPoint()), none -> new ArrayList<>())
          .add(row);
    }
    return Painter.paint(
        () -> {
          XYChart chart = Theme.chart(title, "bits per weight", "mean KL (nats)", Theme.HEIGHT);
          chart.getStyler().setYAxisLogarithmic(true);
          chart.getStyler().setYAxisLogarithmicDecadeOnly(false);
          chart.getStyler().setYAxisTickLabelsFormattingFunction(NumberText::plain);
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
}
