package halfstep.magics.table;

import halfstep.eval.Divergence;
import halfstep.eval.EvaluationRow;
import java.util.List;
import java.util.function.ToDoubleFunction;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/** Tables of evaluations: a row per model and text. */
public final class EvalTables {

  private static final NumberText FOUR = NumberText.decimals(4);
  private static final NumberText THREE = NumberText.decimals(3);

  private EvalTables() {}

  /** What one looks at first: perplexity with its error, and KL, Δp and same top-1 with theirs. */
  public static Table domains(List<EvaluationRow> rows) {
    Table table = Table.create("evaluation");
    if (rows.stream().map(EvaluationRow::model).distinct().count() > 1) {
      table.addColumns(Columns.text("model", rows, EvaluationRow::model));
    }
    table.addColumns(
        Columns.text("text", rows, EvaluationRow::domain),
        Columns.whole("predictions", rows, row -> row.perplexity().predictions()),
        Columns.number("perplexity", rows, row -> row.perplexity().value(), THREE),
        Columns.number("± se", rows, row -> row.perplexity().standardError(), THREE));
    if (rows.getFirst().divergence().isPresent()) {
      table.addColumns(
          column("mean KL (nats)", rows, d -> d.kl().value(), FOUR),
          column("± se (KL)", rows, d -> d.kl().standardError(), FOUR),
          column("same top-1", rows, d -> d.sameTop1().value(), NumberText.PERCENT),
          column("from", rows, d -> d.sameTop1().interval().low(), NumberText.PERCENT),
          column("to", rows, d -> d.sameTop1().interval().high(), NumberText.PERCENT),
          column("mean Δp", rows, d -> d.deltaP().value(), NumberText.PERCENT),
          column("rms Δp", rows, Divergence::deltaPRms, NumberText.PERCENT));
    }
    return table;
  }

  /** The tails of the KL: what a share of the predictions does not exceed. */
  public static Table percentiles(List<EvaluationRow> rows) {
    return Table.create(
        "percentiles",
        Columns.text("model", rows, EvaluationRow::model),
        Columns.text("text", rows, EvaluationRow::domain),
        column("KL 50 %", rows, d -> d.percentiles().p50().value(), FOUR),
        column("90 %", rows, d -> d.percentiles().p90().value(), FOUR),
        column("99 %", rows, d -> d.percentiles().p99().value(), FOUR),
        column("99.9 %", rows, d -> d.percentiles().p999().value(), FOUR),
        column("largest", rows, d -> d.percentiles().max(), FOUR));
  }

  private static DoubleColumn column(
      String name, List<EvaluationRow> rows, ToDoubleFunction<Divergence> of, NumberText format) {
    return Columns.number(
        name, rows, row -> row.divergence().map(of::applyAsDouble).orElse(Double.NaN), format);
  }
}
