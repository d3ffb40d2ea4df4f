package halfstep.magics.table;

import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of ways to solve one layer. */
public final class VariantTables {

  private VariantTables() {}

  /**
   * A row per way.
   *
   * @param kind what tells them apart: {@code variant} or {@code parameters}
   */
  public static Table of(String kind, List<VariantError> rows) {
    return Table.create(
        "variants",
        Columns.text(kind, rows, VariantError::variant),
        Columns.whole("iterations", rows, VariantError::iterations),
        Columns.number("mean |w − ŵ|", rows, row -> row.error().meanAbs(), NumberText.SCIENTIFIC),
        Columns.number(
            "mean (w − ŵ)²", rows, row -> row.error().meanSquare(), NumberText.SCIENTIFIC),
        Columns.number("mean |w − ŵ|^0.7", rows, VariantError::meanLp, NumberText.SCIENTIFIC),
        Columns.number("SQNR (dB)", rows, row -> row.error().sqnrDb(), NumberText.decimals(2)),
        Columns.number("bits/weight", rows, VariantError::bitsPerWeight, NumberText.decimals(3)));
  }
}
