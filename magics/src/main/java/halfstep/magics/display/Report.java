package halfstep.magics.display;

import halfstep.kernel.spi.MimeBundle;
import halfstep.magics.command.Showing.Form;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/**
 * What a command answers: a table to read, sentences about it, and the value behind it.
 *
 * @param <T> type of the value
 * @param title one line above the table
 * @param table may have no rows; then only the sentences are shown
 * @param notes sentences below the table
 * @param value the library's own records
 * @param type Java source of the value's type
 * @param form how it wants to be shown
 */
public record Report<T>(
    String title, Table table, List<String> notes, T value, String type, Form form) {

  /** Takes a copy of the notes. */
  public Report {
    notes = List.copyOf(notes);
  }

  /** A report to be shown as a table. */
  public Report(String title, Table table, List<String> notes, T value, String type) {
    this(title, table, notes, value, type, Form.TABLE);
  }

  /** The same with another sentence below. */
  public Report<T> withNote(String note) {
    List<String> more = new ArrayList<>(notes);
    more.add(note);
    return new Report<>(title, table, more, value, type, form);
  }

  /** The same, to be shown otherwise. */
  public Report<T> in(Form other) {
    return new Report<>(title, table, notes, value, type, other);
  }

  /** HTML and plain text, or JSON with its text; without anything if nothing is to be shown. */
  public MimeBundle bundle() {
    Map<String, Object> data = new LinkedHashMap<>();
    switch (form) {
      case TABLE -> data.put("text/html", html());
      case JSON -> data.put("application/json", JsonReport.of(this));
      case NOTHING -> {
        return new MimeBundle(data, Map.of());
      }
    }
    data.put("text/plain", toString());
    return new MimeBundle(data, Map.of());
  }

  private String html() {
    String sentences =
        notes.stream()
            .map(note -> "<p style=\"margin:0.3em 0\">%s</p>".formatted(HtmlTable.escape(note)))
            .collect(Collectors.joining("\n"));
    String head =
        title.contains("\n")
            ? "<pre style=\"color:inherit;background:transparent\">%s</pre>"
            : "<p style=\"margin:0.3em 0;font-weight:600\">%s</p>";
    return "<div>\n%s\n%s%s\n</div>"
        .formatted(
            head.formatted(HtmlTable.escape(title)),
            table.rowCount() == 0 ? "" : HtmlTable.of(table) + "\n",
            sentences);
  }

  /** The text form: title, aligned table, sentences; or the JSON object on one line. */
  @Override
  public String toString() {
    return switch (form) {
      case TABLE -> text();
      case JSON -> JsonReport.text(this);
      case NOTHING -> "";
    };
  }

  private String text() {
    StringBuilder text = new StringBuilder(title);
    if (table.rowCount() > 0) {
      text.append("\n\n").append(TextTable.of(table));
    }
    if (!notes.isEmpty()) {
      text.append("\n\n").append(String.join("\n", notes));
    }
    return text.toString();
  }
}
