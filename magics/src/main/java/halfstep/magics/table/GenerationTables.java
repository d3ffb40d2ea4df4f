package halfstep.magics.table;

import java.util.List;
import tech.tablesaw.api.Table;

/** Texts side by side. */
public final class GenerationTables {

  private GenerationTables() {}

  /** One row per form of the model; each is compared with the first. */
  public static Table continuations(List<Continuation> rows) {
    return Table.create(
        "generation",
        Columns.text("model", rows, Continuation::model),
        Columns.text("continuation", rows, row -> row.text().strip().replace("\n", " ⏎ ")),
        Columns.whole("tokens", rows, row -> row.generation().tokens().size()),
        Columns.whole(
            "as the first, tokens",
            rows,
            row -> row.generation().agreesFor(rows.getFirst().generation())),
        Columns.number(
            "mean log p (nats)",
            rows,
            row -> row.generation().meanLogProbability(),
            NumberText.decimals(3)));
  }
}
