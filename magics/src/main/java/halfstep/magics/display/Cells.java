package halfstep.magics.display;

import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.columns.Column;

/** What a table's cells say. */
final class Cells {

  private Cells() {}

  static boolean isNumeric(Column<?> column) {
    return column instanceof NumericColumn<?>;
  }

  /** The cell as its column writes it; empty when it is missing. */
  static String text(Column<?> column, int row) {
    return column.isMissing(row) ? "" : column.getString(row);
  }
}
