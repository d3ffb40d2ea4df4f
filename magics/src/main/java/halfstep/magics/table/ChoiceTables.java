package halfstep.magics.table;

import halfstep.lab.choose.Candidate;
import halfstep.lab.choose.Decision;
import java.util.Comparator;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of what may be taken. */
public final class ChoiceTables {

  private static final NumberText FOUR = NumberText.decimals(4);
  private static final double GIB = 1L << 30;

  private ChoiceTables() {}

  /** A row per candidate, those that are possible first, least KL first. */
  public static Table candidates(Decision decision) {
    List<Candidate> rows =
        decision.candidates().stream()
            .sorted(
                Comparator.comparing(Candidate::possible)
                    .reversed()
                    .thenComparingDouble(candidate -> candidate.rung().kl()))
            .toList();
    return Table.create(
        "candidates",
        Columns.text("candidate", rows, row -> row.solver().label()),
        Columns.number(
            "bits/weight", rows, row -> row.rung().bitsPerWeight(), NumberText.decimals(3)),
        Columns.number("mean KL (nats)", rows, row -> row.rung().kl(), FOUR),
        Columns.number("± se (KL)", rows, row -> row.rung().divergence().standardError(), FOUR),
        Columns.number(
            "peak (GiB)", rows, row -> row.plan().peak(true) / GIB, NumberText.decimals(2)),
        Columns.whole("sequences", rows, Candidate::sequences),
        Columns.text("", rows, row -> mark(decision, row)));
  }

  private static String mark(Decision decision, Candidate row) {
    if (decision.chosen().filter(row::equals).isPresent()) {
      return "taken";
    }
    return row.possible() ? "possible" : "out: " + String.join("; ", row.against());
  }
}
