package halfstep.magics.display;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** A table as lines of aligned text, numbers to the right. */
public final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  /** The table, its head above a rule. */
  public static String of(Table table) {
    int[] widths = table.columns().stream().mapToInt(TextTable::width).toArray();
    List<String> lines =
        IntStream.range(-1, table.rowCount()).mapToObj(row -> line(table, row, widths)).toList();
    String rule = IntStream.of(widths).mapToObj("─"::repeat).collect(Collectors.joining(GAP));
    String body = lines.stream().skip(1).collect(Collectors.joining("\n"));
    return String.join("\n", lines.getFirst(), rule, body);
  }

  /** Row −1 is the head. */
  private static String line(Table table, int row, int[] widths) {
    return IntStream.range(0, widths.length)
        .mapToObj(c -> pad(cell(table.column(c), row), widths[c], Cells.isNumeric(table.column(c))))
        .collect(Collectors.joining(GAP))
        .stripTrailing();
  }

  private static String cell(Column<?> column, int row) {
    return row < 0 ? column.name() : Cells.text(column, row);
  }

  private static int width(Column<?> column) {
    return IntStream.range(-1, column.size()).map(row -> length(cell(column, row))).max().orElse(0);
  }

  /** Characters that take a place of their own: a combining mark does not. */
  private static int length(String text) {
    return (int)
        text.codePoints().filter(c -> Character.getType(c) != Character.NON_SPACING_MARK).count();
  }

  private static String pad(String text, int width, boolean right) {
    String blanks = " ".repeat(width - length(text));
    return right ? blanks + text : text + blanks;
  }
}
