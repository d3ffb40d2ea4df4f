package halfstep.magics.table;

import halfstep.hqq.HqqStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tech.tablesaw.api.Table;

/** Tables of HQQ's steps. */
public final class HqqTables {

  private static final String ITERATION = "iteration";

  private record Row(String walk, HqqStep step) {}

  private HqqTables() {}

  /** One row per step. */
  public static Table steps(String name, List<HqqStep> steps) {
    List<Row> rows = steps.stream().map(step -> new Row(name, step)).toList();
    return withSteps(Table.create(name), rows);
  }

  /**
   * One row per step of each walk.
   *
   * @param kind what tells the walks apart: {@code layer} or {@code walk}
   * @param walks name of a walk to its steps
   */
  public static Table walks(String kind, Map<String, List<HqqStep>> walks) {
    List<Row> rows = new ArrayList<>();
    walks.forEach((name, steps) -> steps.forEach(step -> rows.add(new Row(name, step))));
    Table table = Table.create("HQQ", Columns.text(kind, rows, Row::walk));
    return withSteps(table, rows);
  }

  private static Table withSteps(Table table, List<Row> rows) {
    return table.addColumns(
        Columns.whole(ITERATION, rows, row -> row.step().index()),
        Columns.number("β", rows, row -> row.step().beta(), NumberText.decimals(2)),
        Columns.number(
            "mean |w − ŵ|", rows, row -> row.step().meanAbsError(), NumberText.SCIENTIFIC),
        Columns.number(
            "mean (w − ŵ)²", rows, row -> row.step().meanSquareError(), NumberText.SCIENTIFIC),
        Columns.number(
            "mean |w − ŵ|^p", rows, row -> row.step().meanLpError(), NumberText.SCIENTIFIC),
        Columns.number("zero shift", rows, row -> row.step().zeroShift(), NumberText.SCIENTIFIC),
        Columns.whole("codes changed", rows, row -> row.step().codesChanged()),
        Columns.number(
            "over threshold", rows, row -> row.step().shrinkActive(), NumberText.PERCENT));
  }
}
