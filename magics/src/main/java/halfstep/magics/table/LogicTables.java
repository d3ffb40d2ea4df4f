package halfstep.magics.table;

import halfstep.lab.logic.JavaParser.Verdict;
import halfstep.lab.logic.LogicRow;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of Java that models finished. */
public final class LogicTables {

  private LogicTables() {}

  /** A row per form. */
  public static Table forms(List<LogicRow> rows) {
    return Table.create(
        "forms",
        Columns.text("form", rows, LogicRow::form),
        Columns.number("bits/weight", rows, LogicRow::bitsPerWeight, NumberText.decimals(3)),
        Columns.whole("attempts", rows, row -> row.attempts().size()),
        Columns.number("valid", rows, LogicRow::valid, NumberText.PERCENT),
        Columns.number("from", rows, row -> row.interval().low(), NumberText.PERCENT),
        Columns.number("to", rows, row -> row.interval().high(), NumberText.PERCENT),
        Columns.whole("unfinished", rows, row -> row.count(Verdict.UNFINISHED)),
        Columns.whole("invalid", rows, row -> row.count(Verdict.INVALID)),
        Columns.number("− fp", rows, row -> row.beside().meanDifference(), NumberText.PERCENT),
        Columns.number("− fp, from", rows, row -> row.beside().low(), NumberText.PERCENT),
        Columns.number("− fp, to", rows, row -> row.beside().high(), NumberText.PERCENT));
  }
}
