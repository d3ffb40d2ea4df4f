package halfstep.magics.table;

import halfstep.lab.shift.ShiftCell;
import halfstep.lab.shift.ShiftRow;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import tech.tablesaw.api.Table;

/** Tables of calibrated methods on domains other than their calibration's. */
public final class ShiftTables {

  private static final NumberText FOUR = NumberText.decimals(4);
  private static final NumberText TWO = NumberText.decimals(2);

  private ShiftTables() {}

  /** A row per variant, with both domains beside one another. */
  public static Table rows(String home, String away, List<ShiftRow> rows) {
    Table table =
        Table.create(
            "shift",
            Columns.text("method", rows, row -> row.solver().label()),
            Columns.text("calibrated on", rows, row -> calibration(home, away, row)));
    add(table, home, rows, ShiftRow::home);
    add(table, away, rows, ShiftRow::away);
    return table;
  }

  private static void add(
      Table table, String domain, List<ShiftRow> rows, Function<ShiftRow, ShiftCell> of) {
    table.addColumns(
        Columns.number("KL on " + domain, rows, row -> of.apply(row).kl(), FOUR),
        Columns.number(
            "± se (KL on %s)".formatted(domain),
            rows,
            row -> of.apply(row).divergence().standardError(),
            FOUR),
        Columns.number(
            "perplexity on " + domain,
            rows,
            row -> of.apply(row).divergence().perplexity().value(),
            TWO),
        Columns.number(
            "output error on " + domain, rows, row -> of.apply(row).meanOutputError(), FOUR));
  }

  /** {@code prose.txt}, {@code 75 % prose.txt, 25 % java.txt}, or nothing. */
  public static String calibration(String home, String away, ShiftRow row) {
    if (row.share().isEmpty()) {
      return "nothing";
    }
    double share = row.share().getAsDouble();
    if (share == 0 || share == 1) {
      return share == 0 ? home : away;
    }
    return String.format(
        Locale.ROOT, "%.0f %% %s, %.0f %% %s", 100 * (1 - share), home, 100 * share, away);
  }
}
