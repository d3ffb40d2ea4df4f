package halfstep.magics.table;

import halfstep.lab.memory.ServingOption;
import halfstep.lab.memory.ServingPlan;
import java.util.List;
import java.util.function.ToLongFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** Tables of what a model takes on a card, in GiB. */
public final class PlanTables {

  private static final double GIB = 1L << 30;
  private static final NumberText TWO = NumberText.decimals(2);

  private PlanTables() {}

  /** A row per width. */
  public static Table options(ServingPlan plan) {
    List<ServingOption> rows = plan.options();
    return Table.create(
        "plan",
        Columns.text("weights", rows, ServingOption::name),
        Columns.number(
            "bits/weight", rows, row -> row.plan().bitsPerWeight(), NumberText.decimals(3)),
        gib("layers (GiB)", rows, row -> row.plan().layers()),
        gib("embedding, head", rows, row -> row.plan().embeddings() + row.plan().others()),
        gib("cache", rows, row -> row.plan().cache()),
        gib("on top, fused", rows, row -> row.plan().mostOnTop(true)),
        gib("on top, whole layers", rows, row -> row.plan().mostOnTop(false)),
        gib("peak, fused", rows, row -> row.plan().peak(true)),
        Columns.text("fits", rows, row -> row.plan().peak(true) <= plan.vram() ? "yes" : "no"),
        Columns.whole("sequences", rows, ServingOption::sequences),
        Columns.whole("longest context", rows, ServingOption::context),
        Columns.text(
            "smallest card",
            rows,
            row ->
                row.card().isEmpty()
                    ? "none"
                    : NumberText.plain(row.card().getAsDouble()) + " GiB"));
  }

  private static DoubleColumn gib(
      String name, List<ServingOption> rows, ToLongFunction<ServingOption> bytes) {
    return Columns.number(name, rows, row -> bytes.applyAsLong(row) / GIB, TWO);
  }
}
