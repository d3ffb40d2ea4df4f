package halfstep.magics.table;

import halfstep.metric.WeightMoments;
import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** Tables of weights as they are. */
public final class WeightTables {

  private static final NumberText DIGITS = NumberText.decimals(4);

  private WeightTables() {}

  private record Level(int code, double value, List<Float> weights) {}

  /** A row per code that a group uses: what it stands for, and the weights that it stands for. */
  public static Table levels(Matrix w, QuantizedMatrix q, int group) {
    Grouping grouping = q.spec().grouping(w.shape());
    Matrix approximation = q.dequantized();
    Map<Integer, Level> byCode = new TreeMap<>();
    for (int i = 0; i < grouping.size(); i++) {
      long index = grouping.index(group, i);
      int code = q.codes().at(index);
      byCode
          .computeIfAbsent(code, c -> new Level(c, approximation.at(index), new ArrayList<>()))
          .weights()
          .add(w.at(index));
    }
    List<Level> rows = List.copyOf(byCode.values());
    return Table.create(
        "levels",
        Columns.whole("code", rows, Level::code),
        Columns.number("stands for", rows, Level::value, DIGITS),
        Columns.whole("weights", rows, row -> row.weights().size()),
        Columns.text("which", rows, WeightTables::which));
  }

  private static String which(Level level) {
    int most = 4;
    String first =
        level.weights().stream()
            .sorted()
            .limit(most)
            .map(DIGITS::format)
            .collect(Collectors.joining(" "));
    return level.weights().size() > most ? first + " …" : first;
  }

  /**
   * A row per layer.
   *
   * @param type of a layer's tensor
   */
  public static Table moments(Map<String, WeightMoments> layers, UnaryOperator<String> type) {
    List<Map.Entry<String, WeightMoments>> rows = List.copyOf(layers.entrySet());
    return Table.create(
        "layers",
        Columns.text("layer", rows, Map.Entry::getKey),
        Columns.text("out × in", rows, row -> row.getValue().shape().toString()),
        Columns.text("type", rows, row -> type.apply(row.getKey())),
        Columns.number("mean", rows, row -> row.getValue().mean(), NumberText.SCIENTIFIC),
        Columns.number("deviation", rows, row -> row.getValue().deviation(), DIGITS),
        Columns.number("skewness", rows, row -> row.getValue().skewness(), NumberText.decimals(3)),
        Columns.number(
            "excess kurtosis",
            rows,
            row -> row.getValue().excessKurtosis(),
            NumberText.decimals(3)),
        Columns.number("least", rows, row -> row.getValue().least(), DIGITS),
        Columns.number("most", rows, row -> row.getValue().most(), DIGITS),
        Columns.whole("outliers", rows, row -> row.getValue().outliers()),
        Columns.text("largest at (out, in)", rows, row -> place(row.getValue())));
  }

  private static String place(WeightMoments moments) {
    return "%d, %d".formatted(moments.largestRow(), moments.largestCol());
  }
}
