package halfstep.magics.table;

import halfstep.metric.LayerError;
import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.Table;

/** Tables that tell whether one method is better than another on the same layers. */
public final class PairTables {

  /** Draws are the same each time, so that a notebook run again is the same notebook. */
  private static final long SEED = 0;

  private static final NumberText DECIMALS = NumberText.decimals(5);

  private record Row(String codes, String method, String beside, PairedComparison difference) {
    String verdict() {
      if (!difference.isDecided()) {
        return "undecided";
      }
      return difference.meanDifference() < 0 ? "less error" : "more error";
    }
  }

  private PairTables() {}

  /**
   * One row per width and pair of methods: the mean difference of their errors with its interval.
   *
   * @param rows the same layers in the same order for every method and width
   * @param beside label of the method to compare with, such as {@code rtn}; each of its kinds is
   *     compared with
   * @throws IllegalArgumentException if there are fewer than two layers
   */
  public static Table beside(List<LayerError> rows, String beside) {
    Map<String, Map<String, List<LayerError>>> widths = new LinkedHashMap<>();
    for (LayerError row : rows) {
      widths
          .computeIfAbsent(row.spec().label(), none -> new LinkedHashMap<>())
          .computeIfAbsent(BenchTables.method(row), none -> new ArrayList<>())
          .add(row);
    }
    List<Row> pairs = new ArrayList<>();
    widths.forEach((codes, methods) -> pairs.addAll(pairs(codes, methods, beside)));
    return Table.create(
        "pairs",
        Columns.text("codes", pairs, Row::codes),
        Columns.text("method", pairs, Row::method),
        Columns.text("beside", pairs, Row::beside),
        Columns.number("mean difference", pairs, p -> p.difference().meanDifference(), DECIMALS),
        Columns.number("95 % from", pairs, p -> p.difference().low(), DECIMALS),
        Columns.number("to", pairs, p -> p.difference().high(), DECIMALS),
        Columns.whole("layers", pairs, p -> p.difference().n()),
        Columns.text("verdict", pairs, Row::verdict));
  }

  private static List<Row> pairs(
      String codes, Map<String, List<LayerError>> methods, String beside) {
    List<Row> pairs = new ArrayList<>();
    methods.forEach((second, references) -> {
      if (!references.getFirst().method().label().equals(beside)) {
        return;
      }
      methods.forEach((first, errors) -> {
        if (!first.equals(second)) {
          pairs.add(new Row(codes, first, second, compared(errors, references)));
        }
      });
    });
    return pairs;
  }

  private static PairedComparison compared(List<LayerError> first, List<LayerError> second) {
    return PairedComparison.of(shown(first), shown(second), SEED);
  }

  private static double[] shown(List<LayerError> errors) {
    return errors.stream().mapToDouble(BenchTables::shown).toArray();
  }
}
