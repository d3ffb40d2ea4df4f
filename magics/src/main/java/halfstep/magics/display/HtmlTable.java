package halfstep.magics.display;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/**
 * A table as HTML that takes its colours and fonts from the page: lines and shades are made from
 * the text's own colour, so that it reads in light and dark themes alike.
 */
final class HtmlTable {

  private static final String TABLE =
      "border-collapse:collapse;color:inherit;background:transparent;font-variant-numeric:tabular-nums;margin:0.4em 0";
  private static final String HEAD =
      "padding:0.25em 0.9em 0.25em 0;border:0;border-bottom:1px solid currentColor;"
          + "font-weight:600;background:transparent;vertical-align:bottom;";
  private static final String CELL =
      "padding:0.15em 0.9em 0.15em 0;border:0;background:transparent;";

  /** Longer texts are sentences, which may be broken. */
  private static final int MOST_UNBROKEN = 60;

  private HtmlTable() {}

  static String of(Table table) {
    String head =
        columns(table, (column, c) -> tag("th scope=\"col\"", HEAD, column, column.name()));
    String body =
        IntStream.range(0, table.rowCount())
            .mapToObj(row ->
                "<tr>"
                    + columns(
                        table, (column, c) -> tag("td", CELL, column, Cells.text(column, row)))
                    + "</tr>")
            .collect(Collectors.joining("\n"));
    return "<table style=\"%s\">\n<thead><tr>%s</tr></thead>\n<tbody>\n%s\n</tbody>\n</table>"
        .formatted(TABLE, head, body);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private interface CellText {
    String of(Column<?> column, int index);
  }

  private static String columns(Table table, CellText text) {
    return IntStream.range(0, table.columnCount())
        .mapToObj(c -> text.of(table.column(c), c))
        .collect(Collectors.joining());
  }

  private static String tag(String tag, String style, Column<?> column, String text) {
    String align =
        (Cells.isNumeric(column) ? "text-align:right" : "text-align:left")
            + (text.length() > MOST_UNBROKEN ? "" : ";white-space:nowrap");
    return "<%s style=\"%s%s\">%s</%s>"
        .formatted(tag, style, align, escape(text), tag.split(" ", 2)[0]);
  }
}
