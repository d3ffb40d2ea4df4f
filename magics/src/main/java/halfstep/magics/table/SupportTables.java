package halfstep.magics.table;

import halfstep.engines.EngineKernel;
import halfstep.engines.SupportTable;
import halfstep.engines.SupportTable.Statement;
import halfstep.export.Inspection;
import halfstep.export.Inspection.Layer;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tech.tablesaw.api.Table;

/** What serves what. */
public final class SupportTables {

  private SupportTables() {}

  /** A row per kernel. */
  public static Table kernels() {
    List<EngineKernel> rows = SupportTable.read().kernels();
    return Table.create(
        "kernels",
        Columns.text("engine", rows, EngineKernel::engine),
        Columns.text("kernel", rows, EngineKernel::kernel),
        Columns.text("format", rows, row -> String.join(" ", row.formats())),
        Columns.text("bits", rows, row -> any(String.join(" ", row.bits()))),
        Columns.text("groups", rows, row -> any(groups(row))),
        Columns.text(
            "zeros", rows, row -> any(String.join(" ", row.zeros()).toLowerCase(Locale.ROOT))),
        Columns.text("shapes", rows, SupportTables::shapes),
        Columns.text("read from", rows, EngineKernel::from),
        Columns.text("note", rows, EngineKernel::note));
  }

  private static String groups(EngineKernel row) {
    return row.groups().stream()
        .map(group -> group < 0 ? "row" : group.toString())
        .collect(Collectors.joining(" "));
  }

  private static String shapes(EngineKernel row) {
    return row.out() == 1 && row.in() == 1
        ? "any"
        : "out %% %d, in %% %d".formatted(row.out(), row.in());
  }

  private static String any(String words) {
    return words.isEmpty() ? "any" : words;
  }

  /** A row per quantized layer. */
  public static Table layers(Inspection found) {
    List<Layer> rows = found.layers();
    return Table.create(
        "layers",
        Columns.text("layer", rows, Layer::name),
        Columns.text("out × in", rows, row -> row.out() + " × " + row.in()),
        Columns.text("codes", rows, Layer::spec),
        Columns.number("bits per weight", rows, Layer::bitsPerWeight, NumberText.decimals(3)),
        Columns.whole("no numbers", rows, Layer::nonFinite));
  }

  /** A row per tensor that is not quantized. */
  public static Table tensors(Inspection found) {
    List<Inspection.Tensor> rows = found.tensors();
    return Table.create(
        "tensors",
        Columns.text("tensor", rows, Inspection.Tensor::name),
        Columns.text("shape", rows, Inspection.Tensor::shape),
        Columns.text("type", rows, Inspection.Tensor::dtype),
        Columns.whole("no numbers", rows, Inspection.Tensor::nonFinite));
  }

  /** What is often said, and what was found. */
  public static Table statements() {
    List<Statement> rows = SupportTable.read().statements();
    return Table.create(
        "statements",
        Columns.text("often said", rows, Statement::said),
        Columns.text("found", rows, Statement::found),
        Columns.text("in", rows, Statement::from));
  }
}
