package halfstep.magics.display;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tech.tablesaw.api.Table;

/** A report as one JSON object: {@code title}, {@code rows} and {@code notes}. */
final class JsonReport {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  private JsonReport() {}

  /** The object, a row being a map of its column's names to values in full precision. */
  static Map<String, Object> of(Report<?> report) {
    Map<String, Object> object = new LinkedHashMap<>();
    object.put("title", report.title());
    object.put("rows", rows(report.table()));
    object.put("notes", report.notes());
    return object;
  }

  /** The object on one line. */
  static String text(Report<?> report) {
    try {
      return MAPPER.writeValueAsString(of(report));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a report could not be written as JSON", e);
    }
  }

  private static List<Map<String, @Nullable Object>> rows(Table table) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (int row = 0; row < table.rowCount(); row++) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (var column : table.columns()) {
        values.put(column.name(), Cells.value(column, row));
      }
      rows.add(values);
    }
    return rows;
  }
}
