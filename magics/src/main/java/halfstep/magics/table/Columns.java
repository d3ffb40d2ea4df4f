package halfstep.magics.table;

import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.LongColumn;
import tech.tablesaw.api.StringColumn;

/** A column per property of a list of records. */
final class Columns {

  private Columns() {}

  static <T> StringColumn text(String name, List<T> rows, Function<T, String> of) {
    return StringColumn.create(name, rows.stream().map(of).toList());
  }

  static <T> LongColumn whole(String name, List<T> rows, ToLongFunction<T> of) {
    LongColumn column = LongColumn.create(name, rows.stream().mapToLong(of).toArray());
    column.setPrintFormatter(NumberText.WHOLE);
    return column;
  }

  static <T> DoubleColumn number(
      String name, List<T> rows, ToDoubleFunction<T> of, NumberText format) {
    DoubleColumn column = DoubleColumn.create(name, rows.stream().mapToDouble(of).toArray());
    column.setPrintFormatter(format);
    return column;
  }
}
