package halfstep.magics.table;

import halfstep.awq.ClipStep;
import halfstep.awq.Protection;
import halfstep.awq.SalienceOverlap;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of what AWQ rests on. */
public final class ProtectionTables {

  private static final NumberText FOUR = NumberText.decimals(4);

  private ProtectionTables() {}

  private record Rule(String kept, double error, double none) {}

  /** A row per way of choosing the channels that are kept. */
  public static Table rules(Protection protection) {
    double none = protection.none().relative();
    List<Rule> rows =
        List.of(
            new Rule("none", none, none),
            new Rule(
                "at random, mean of %d draws".formatted(protection.atRandom().size()),
                protection.meanAtRandom(),
                none),
            new Rule("by weight", protection.byWeight().relative(), none),
            new Rule("by activation", protection.byActivation().relative(), none));
    return Table.create(
        "protection",
        Columns.text("kept", rows, Rule::kept),
        Columns.number("output error", rows, Rule::error, FOUR),
        Columns.number(
            "of that without", rows, row -> row.error() / row.none(), NumberText.PERCENT));
  }

  /** One row: how far two texts agree. */
  public static Table overlap(SalienceOverlap overlap, int channels) {
    List<SalienceOverlap> rows = List.of(overlap);
    return Table.create(
        "overlap",
        Columns.whole("channels", rows, row -> channels),
        Columns.whole("strongest of each", rows, SalienceOverlap::top),
        Columns.whole("shared", rows, SalienceOverlap::shared),
        Columns.number("Jaccard", rows, SalienceOverlap::jaccard, NumberText.decimals(3)),
        Columns.number("Spearman", rows, SalienceOverlap::spearman, NumberText.decimals(3)));
  }

  /** A row per limit. */
  public static Table limits(List<ClipStep> steps) {
    return Table.create(
        "limits",
        Columns.number("limit / max |w|", steps, ClipStep::factor, NumberText.decimals(2)),
        Columns.number("mean error", steps, ClipStep::meanError, NumberText.SCIENTIFIC));
  }
}
