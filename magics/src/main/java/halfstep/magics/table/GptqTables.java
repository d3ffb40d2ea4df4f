package halfstep.magics.table;

import halfstep.gptq.GptqStep;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of GPTQ's steps. */
public final class GptqTables {

  private GptqTables() {}

  /** One row per column block. */
  public static Table steps(String name, List<GptqStep> steps) {
    return Table.create(
        name,
        Columns.whole("block", steps, GptqStep::index),
        Columns.whole("columns", steps, GptqStep::columns),
        Columns.number("loss", steps, GptqStep::loss, NumberText.SCIENTIFIC),
        Columns.number("loss so far", steps, GptqStep::totalLoss, NumberText.SCIENTIFIC),
        Columns.number(
            "share",
            steps,
            step -> share(step.loss(), steps.getLast().totalLoss()),
            NumberText.PERCENT),
        Columns.whole("codes moved", steps, GptqStep::codesMoved),
        Columns.whole("groups begun", steps, step -> step.started().size()));
  }

  private static double share(double loss, double total) {
    return total == 0 ? 0 : loss / total;
  }
}
