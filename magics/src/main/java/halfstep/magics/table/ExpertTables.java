package halfstep.magics.table;

import halfstep.lab.experts.Balance;
import halfstep.lab.experts.Coverage;
import halfstep.lab.experts.Expert;
import halfstep.lab.experts.ExpertError;
import halfstep.lab.experts.ExpertStudy;
import halfstep.lab.experts.MixedBits;
import halfstep.lab.experts.Reach;
import java.util.List;
import java.util.function.Predicate;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** Tables of a mixture's experts. */
public final class ExpertTables {

  private static final NumberText FOUR = NumberText.decimals(4);
  private static final NumberText TWO = NumberText.decimals(2);

  private ExpertTables() {}

  /** A row per expert: what reaches it, and its error under each form. */
  public static Table experts(ExpertStudy study) {
    Coverage coverage = study.coverage();
    List<Expert> experts =
        coverage.of(coverage.texts().getFirst()).stream().map(Reach::expert).toList();
    Table table = Table.create("experts", Columns.text("expert", experts, Expert::label));
    for (String text : coverage.texts()) {
      List<Reach> own = coverage.of(text);
      table.addColumns(
          Columns.whole(text + " tokens", own, Reach::tokens),
          Columns.number(text, own, Reach::share, NumberText.PERCENT),
          Columns.number(text + " from", own, r -> r.interval().low(), NumberText.PERCENT),
          Columns.number(text + " to", own, r -> r.interval().high(), NumberText.PERCENT));
    }
    List<ExpertError> all = study.errors();
    ExpertError last = all.getLast();
    table.addColumns(
        error("rtn error", experts, all, e -> e.form().startsWith("rtn")),
        error("hqq error", experts, all, e -> e.form().startsWith("hqq")),
        error(
            "awq error",
            experts,
            all,
            e ->
                e.form().startsWith("awq")
                    && e.calibration().equals(last.calibration())
                    && e.calibrationTokens() == last.calibrationTokens()));
    return table;
  }

  private static DoubleColumn error(
      String name, List<Expert> experts, List<ExpertError> errors, Predicate<ExpertError> form) {
    return Columns.number(
        name,
        experts,
        expert ->
            errors.stream()
                .filter(form)
                .filter(error -> error.expert().equals(expert))
                .mapToDouble(ExpertError::error)
                .findFirst()
                .orElse(Double.NaN),
        FOUR);
  }

  /** A row per group of experts: one form's errors over another's. */
  public static Table balances(List<Balance> rows) {
    return Table.create(
        "balances",
        Columns.text("form", rows, row -> row.form() + " / " + row.beside()),
        Columns.text("calibrated on, or seen", rows, Balance::group),
        Columns.whole("experts", rows, Balance::experts),
        Columns.number("error ratio", rows, Balance::ratio, TWO),
        Columns.number("from", rows, Balance::low, TWO),
        Columns.number("to", rows, Balance::high, TWO),
        Columns.number("worst", rows, Balance::worst, TWO),
        Columns.text("whose", rows, row -> row.worstExpert().expert().label()),
        Columns.whole("its tokens", rows, row -> row.worstExpert().seen()));
  }

  /** A row per pair of widths. */
  public static Table mixed(List<MixedBits> rows) {
    return Table.create(
        "mixed",
        Columns.whole("attention bits", rows, MixedBits::attention),
        Columns.whole("experts' bits", rows, MixedBits::experts),
        Columns.number("bits/weight", rows, MixedBits::bitsPerWeight, NumberText.decimals(3)),
        Columns.number("mean KL (nats)", rows, row -> row.divergence().meanKl(), FOUR),
        Columns.number("from", rows, row -> row.divergence().kl().interval().low(), FOUR),
        Columns.number("to", rows, row -> row.divergence().kl().interval().high(), FOUR));
  }
}
