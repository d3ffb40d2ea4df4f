package halfstep.magics.display;

import org.jspecify.annotations.Nullable;
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

  /** The cell's value in full precision, null when it is missing or no number that JSON knows. */
  static @Nullable Object value(Column<?> column, int row) {
    if (column.isMissing(row)) {
      return null;
    }
    Object value = column.get(row);
    return value instanceof Double number && !Double.isFinite(number) ? null : value;
  }
}
