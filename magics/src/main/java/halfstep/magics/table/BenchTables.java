package halfstep.magics.table;

import halfstep.metric.LayerError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** Tables that compare methods and widths. */
public final class BenchTables {

  private static final NumberText BITS_PER_WEIGHT = NumberText.decimals(3);

  private BenchTables() {}

  /**
   * One row per layer, grid and method.
   *
   * @param name turns a layer's full name into the one to show
   */
  public static Table layers(List<LayerError> rows, UnaryOperator<String> name) {
    Table table =
        Table.create(
            "errors",
            Columns.text("layer", rows, row -> name.apply(row.layer())),
            Columns.text("codes", rows, row -> row.spec().label()),
            Columns.text("method", rows, BenchTables::method),
            Columns.number("bits/weight", rows, LayerError::bitsPerWeight, BITS_PER_WEIGHT),
            Columns.number(
                "mean |w − ŵ|", rows, row -> row.weights().meanAbs(), NumberText.SCIENTIFIC),
            Columns.number(
                "‖w − ŵ‖ / ‖w‖",
                rows,
                row -> row.weights().relativeFrobenius(),
                NumberText.decimals(4)),
            Columns.number(
                "SQNR (dB)", rows, row -> row.weights().sqnrDb(), NumberText.decimals(2)));
    if (rows.stream().anyMatch(row -> row.outputError().isPresent())) {
      table.addColumns(
          Columns.number("output error", rows, BenchTables::output, NumberText.decimals(4)));
    }
    return table;
  }

  /** One row per layer and grid with a column per method: the error of the output, or weights. */
  public static Table overview(List<LayerError> rows, UnaryOperator<String> name) {
    Map<String, List<LayerError>> byRow = new LinkedHashMap<>();
    Set<String> methods = new LinkedHashSet<>();
    for (LayerError row : rows) {
      byRow.computeIfAbsent(row.layer() + row.spec().label(), none -> new ArrayList<>()).add(row);
      methods.add(method(row));
    }
    List<List<LayerError>> lines = List.copyOf(byRow.values());
    Table table =
        Table.create(
            "errors",
            Columns.text("layer", lines, line -> name.apply(line.getFirst().layer())),
            Columns.text("codes", lines, line -> line.getFirst().spec().label()),
            Columns.text("bits/weight", lines, BenchTables::cost));
    for (String method : methods) {
      table.addColumns(column(method, lines));
    }
    return table;
  }

  private static String cost(List<LayerError> line) {
    return BitsLabel.range(
        line.stream().mapToDouble(LayerError::bitsPerWeight).summaryStatistics());
  }

  private static DoubleColumn column(String method, List<List<LayerError>> lines) {
    return Columns.number(
        method,
        lines,
        line ->
            line.stream()
                .filter(row -> method(row).equals(method))
                .mapToDouble(BenchTables::shown)
                .findFirst()
                .orElse(Double.NaN),
        NumberText.decimals(4));
  }

  /** The error of the output if it was measured, else of the weights; both relative. */
  public static double shown(LayerError row) {
    return row.outputError().orElse(row.weights().relativeFrobenius());
  }

  /** How a row's method is called. */
  public static String method(LayerError row) {
    return MethodLabel.of(row.method(), row.spec().zeroPoint());
  }

  private static double output(LayerError row) {
    return row.outputError().orElse(Double.NaN);
  }

  /** One row per grid and method. */
  public static Table models(List<ModelError> rows) {
    return Table.create(
        "models",
        Columns.text("codes", rows, row -> row.spec().label()),
        Columns.text("method", rows, row -> MethodLabel.of(row.method(), row.spec().zeroPoint())),
        Columns.number("bits/weight", rows, ModelError::bitsPerWeight, BITS_PER_WEIGHT),
        Columns.number(
            "mean KL (nats)", rows, row -> row.divergence().meanKl(), NumberText.decimals(4)),
        Columns.number(
            "± se (KL)", rows, row -> row.divergence().standardError(), NumberText.decimals(4)),
        Columns.number(
            "same top-1", rows, row -> row.divergence().sameTop1().value(), NumberText.PERCENT),
        Columns.number(
            "perplexity",
            rows,
            row -> row.divergence().perplexity().value(),
            NumberText.decimals(3)),
        Columns.number(
            "± se (perplexity)",
            rows,
            row -> row.divergence().perplexity().standardError(),
            NumberText.decimals(3)));
  }
}
