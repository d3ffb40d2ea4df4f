package halfstep.magics.table;

import halfstep.lab.draft.DraftRow;
import halfstep.lab.draft.DraftStudy;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of drafts. */
public final class DraftTables {

  private static final NumberText TWO = NumberText.decimals(2);
  private static final NumberText THREE = NumberText.decimals(3);

  private DraftTables() {}

  /** A row per draft of a whole study. */
  public static Table drafts(DraftStudy study) {
    return drafts(study.rows(), study.plan().lookahead(), study.check());
  }

  /**
   * A row per draft.
   *
   * @param ahead tokens proposed at a time
   * @param check time of the pass that checks them, in tokens of the target; NaN if not yet known
   */
  public static Table drafts(List<DraftRow> rows, int ahead, double check) {
    return Table.create(
        "drafts",
        Columns.text("draft", rows, DraftRow::name),
        Columns.number("bits/weight", rows, DraftRow::bitsPerWeight, THREE),
        Columns.number("acceptance", rows, row -> row.acceptance().value(), THREE),
        Columns.number("from", rows, row -> row.acceptance().low(), THREE),
        Columns.number("to", rows, row -> row.acceptance().high(), THREE),
        Columns.number("greedy", rows, row -> row.greedy().value(), THREE),
        Columns.number("greedy from", rows, row -> row.greedy().low(), THREE),
        Columns.number("greedy to", rows, row -> row.greedy().high(), THREE),
        Columns.number("tokens/pass", rows, DraftRow::tokensPerPass, TWO),
        Columns.number("expected", rows, row -> row.gain().tokensPerPass(ahead), TWO),
        Columns.number("pays below cost", rows, row -> row.gain().breakEven(ahead), TWO),
        Columns.number("cost here", rows, DraftRow::cost, TWO),
        Columns.number(
            "speed here", rows, row -> row.gain().speedUp(ahead, row.cost(), check), TWO));
  }
}
