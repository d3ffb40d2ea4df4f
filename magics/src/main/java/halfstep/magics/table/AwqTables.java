package halfstep.magics.table;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.Lorenz;
import halfstep.awq.Salience;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;

/** Tables of salience and of AWQ's grid. */
public final class AwqTables {

  private AwqTables() {}

  /**
   * The strongest channels of one input.
   *
   * @param most how many
   */
  public static Table channels(Salience salience, int most) {
    int[] strongest = salience.top(1);
    List<Integer> ranks =
        IntStream.rangeClosed(1, Math.min(most, strongest.length)).boxed().toList();
    return Table.create(
        "salience",
        Columns.whole("rank", ranks, Integer::longValue),
        Columns.whole("channel", ranks, rank -> strongest[rank - 1]),
        Columns.number(
            "mean |x|", ranks, rank -> salience.get(strongest[rank - 1]), NumberText.SCIENTIFIC));
  }

  /** One row per input. */
  public static Table inputs(Map<String, Salience> inputs) {
    List<Map.Entry<String, Salience>> rows = List.copyOf(inputs.entrySet());
    return Table.create(
        "salience",
        Columns.text("input of", rows, Map.Entry::getKey),
        Columns.whole("channels", rows, row -> row.getValue().channels()),
        Columns.number(
            "max / median", rows, row -> row.getValue().maxOverMedian(), NumberText.decimals(2)),
        Columns.number(
            "Gini", rows, row -> Lorenz.of(row.getValue()).gini(), NumberText.decimals(3)),
        Columns.number(
            "share of top 1 %", rows, row -> row.getValue().shareOfTop(0.01), NumberText.PERCENT),
        Columns.text("strongest channels", rows, row -> strongest(row.getValue())));
  }

  private static String strongest(Salience salience) {
    return String.join(
        ", ", Arrays.stream(salience.top(1)).limit(4).mapToObj(String::valueOf).toList());
  }

  /** One row per scale group. */
  public static Table searches(List<ScaleSearch> searches) {
    Table table =
        Table.create(
            "AWQ",
            Columns.text("layers", searches, ScaleSearch::group),
            Columns.number(
                "best ratio", searches, row -> row.best().ratio(), NumberText.decimals(2)),
            Columns.number("loss", searches, row -> row.best().outputMse(), NumberText.SCIENTIFIC),
            Columns.number(
                "loss of plain RTN",
                searches,
                row -> row.identity().outputMse(),
                NumberText.SCIENTIFIC),
            Columns.number(
                "loss / plain RTN",
                searches,
                row -> row.relativeLoss(row.best()),
                NumberText.decimals(3)),
            Columns.text("scales", searches, AwqTables::spread));
    if (searches.stream().anyMatch(row -> row.bootstrap().isPresent())) {
      table.addColumns(
          Columns.text("ratio, interval", searches, AwqTables::ratioInterval),
          Columns.text("scales uncertain by", searches, AwqTables::scaleFactors));
    }
    return table;
  }

  private static String ratioInterval(ScaleSearch search) {
    NumberText decimals = NumberText.decimals(2);
    return search
        .bootstrap()
        .map(AwqBootstrap::ratio)
        .map(r -> decimals.format(r.low()) + " … " + decimals.format(r.high()))
        .orElse("");
  }

  /** By which factor the ends of a scale's interval differ: in the middle, and at worst. */
  private static String scaleFactors(ScaleSearch search) {
    NumberText decimals = NumberText.decimals(2);
    return search
        .bootstrap()
        .map(bootstrap ->
            bootstrap.scales().stream().mapToDouble(s -> s.factor()).sorted().toArray())
        .map(f ->
            "× %s, at most × %s"
                .formatted(decimals.format(f[f.length / 2]), decimals.format(f[f.length - 1])))
        .orElse("");
  }

  private static String spread(ScaleSearch search) {
    float[] scales = search.best().scales().toArray();
    Arrays.sort(scales);
    NumberText decimals = NumberText.decimals(2);
    return decimals.format(scales[0]) + " … " + decimals.format(scales[scales.length - 1]);
  }
}
