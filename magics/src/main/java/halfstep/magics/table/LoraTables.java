package halfstep.magics.table;

import halfstep.lab.lora.LoraRow;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of fine-tuned bases. */
public final class LoraTables {

  private static final NumberText TWO = NumberText.decimals(2);
  private static final NumberText THREE = NumberText.decimals(3);

  private LoraTables() {}

  /**
   * A row per base: losses on held-out text in nats, what was kept, how steady the gradients were.
   */
  public static Table bases(List<LoraRow> rows) {
    return Table.create(
        "bases",
        Columns.text("base", rows, LoraRow::base),
        Columns.number("bits/weight", rows, LoraRow::bitsPerWeight, THREE),
        Columns.number("loss before", rows, row -> row.before().perplexity().meanNll(), THREE),
        Columns.number("after", rows, row -> row.after().perplexity().meanNll(), THREE),
        Columns.number("gain kept", rows, row -> row.kept().share(), TWO),
        Columns.number("from", rows, row -> row.kept().low(), TWO),
        Columns.number("to", rows, row -> row.kept().high(), TWO),
        Columns.number("after − fp before", rows, row -> row.beside().meanDifference(), THREE),
        Columns.number("merged, quantized again", rows, LoraTables::again, THREE),
        Columns.number("merge error", rows, LoraTables::mergeError, NumberText.PERCENT),
        Columns.number("gradient norm", rows, row -> row.stability().median(), THREE),
        Columns.number("largest/median", rows, row -> row.stability().largest(), TWO),
        Columns.number(
            "its variation", rows, row -> row.stability().variation(), NumberText.PERCENT),
        Columns.whole("NaN", rows, row -> row.stability().notFinite()));
  }

  private static double again(LoraRow row) {
    return row.requantized().map(found -> found.perplexity().meanNll()).orElse(Double.NaN);
  }

  private static double mergeError(LoraRow row) {
    return row.requantized().isPresent() ? row.mergeError() : Double.NaN;
  }
}
