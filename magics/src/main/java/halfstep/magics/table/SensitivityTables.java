package halfstep.magics.table;

import halfstep.lab.sensitivity.SensitivityPart;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of parts of a model that were quantized alone. */
public final class SensitivityTables {

  private static final NumberText FOUR = NumberText.decimals(4);

  private SensitivityTables() {}

  /** A row per part. */
  public static Table parts(List<SensitivityPart> parts) {
    return Table.create(
        "sensitivity",
        Columns.text("quantized", parts, SensitivityPart::name),
        Columns.whole("weights", parts, SensitivityPart::weights),
        Columns.number(
            "bits/weight", parts, SensitivityPart::bitsPerWeight, NumberText.decimals(3)),
        Columns.number("mean KL (nats)", parts, SensitivityPart::kl, FOUR),
        Columns.number("from", parts, part -> part.divergence().kl().interval().low(), FOUR),
        Columns.number("to", parts, part -> part.divergence().kl().interval().high(), FOUR),
        Columns.number(
            "KL per million weights", parts, SensitivityPart::klPerMillion, NumberText.decimals(3)),
        Columns.number(
            "same top-1", parts, part -> part.divergence().sameTop1().value(), NumberText.PERCENT));
  }
}
