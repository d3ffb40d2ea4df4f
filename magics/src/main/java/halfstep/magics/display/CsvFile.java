package halfstep.magics.display;

import halfstep.eval.Evaluation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import tech.tablesaw.api.Table;
import tech.tablesaw.columns.Column;

/** Tables as comma-separated values, RFC 4180, numbers in full precision. */
public final class CsvFile {

  private CsvFile() {}

  /**
   * Writes a report's table; of values that know more rows than the table shows, those.
   *
   * @return a sentence that says what was written
   * @throws UncheckedIOException if the file cannot be written
   */
  public static String write(Report<?> report, Path file) {
    String text = text(report);
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s cannot be written: %s".formatted(file, e.getClass().getSimpleName()), e);
    }
    return "%d rows written to %s.".formatted(text.lines().count() - 1, file);
  }

  private static String text(Report<?> report) {
    return report.value() instanceof Evaluation evaluation
        ? evaluation.toCsv()
        : text(report.table());
  }

  static String text(Table table) {
    String head = table.columns().stream().map(Column::name).map(CsvFile::field).collect(COMMAS);
    return IntStream.range(0, table.rowCount())
        .mapToObj(row -> table.columns().stream().map(c -> cell(c, row)).collect(COMMAS))
        .collect(Collectors.joining("\n", head + "\n", "\n"));
  }

  private static final java.util.stream.Collector<CharSequence, ?, String> COMMAS =
      Collectors.joining(",");

  private static String cell(Column<?> column, int row) {
    Object value = Cells.value(column, row);
    return value == null ? "" : field(value.toString());
  }

  /** A field with a comma, a quote or a line break is quoted. */
  private static String field(String text) {
    return text.matches("(?s).*[,\"\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
