package halfstep.magics.table;

import halfstep.lab.allocation.MeasuredAllocation;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of what a budget of bytes buys. */
public final class AllocationTables {

  private static final NumberText FOUR = NumberText.decimals(4);

  private AllocationTables() {}

  /** A row per allocation. */
  public static Table measured(List<MeasuredAllocation> rows) {
    return Table.create(
        "allocations",
        Columns.text("allocation", rows, row -> row.allocation().name()),
        Columns.number(
            "bits/weight", rows, row -> row.allocation().bitsPerWeight(), NumberText.decimals(3)),
        Columns.whole("bytes", rows, row -> row.allocation().bytes()),
        Columns.number("predicted KL", rows, row -> row.allocation().predicted(), FOUR),
        Columns.number("mean KL (nats)", rows, MeasuredAllocation::kl, FOUR),
        Columns.number("from", rows, row -> row.interval().low(), FOUR),
        Columns.number("to", rows, row -> row.interval().high(), FOUR),
        Columns.number(
            "same top-1", rows, row -> row.divergence().sameTop1().value(), NumberText.PERCENT));
  }
}
