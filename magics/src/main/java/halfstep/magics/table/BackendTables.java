package halfstep.magics.table;

import halfstep.backend.Backend;
import java.util.ArrayList;
import java.util.List;
import tech.tablesaw.api.Table;

/** What computes, and what cannot. */
public final class BackendTables {

  private BackendTables() {}

  private record Row(String name, String state, String detail) {}

  /**
   * A row per backend, those that cannot run with the reason.
   *
   * @param current the one that computes
   * @param obstacles {@code name: reason} of each that cannot
   */
  public static Table all(List<Backend> available, Backend current, List<String> obstacles) {
    List<Row> rows = new ArrayList<>();
    for (Backend backend : available) {
      String state = backend.name().equals(current.name()) ? "computes" : "could";
      rows.add(new Row(backend.name(), state, backend.detail()));
    }
    for (String obstacle : obstacles) {
      String[] parts = obstacle.split(": ", 2);
      rows.add(new Row(parts[0], "cannot", parts[parts.length - 1]));
    }
    return Table.create(
        "backends",
        Columns.text("backend", rows, Row::name),
        Columns.text("here it", rows, Row::state),
        Columns.text("how, or why not", rows, Row::detail));
  }
}
