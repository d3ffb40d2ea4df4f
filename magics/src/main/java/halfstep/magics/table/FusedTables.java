package halfstep.magics.table;

import halfstep.lab.fused.ProductPair;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of products with quantized weights. */
public final class FusedTables {

  private static final NumberText FOUR = NumberText.decimals(4);
  private static final double MEBIBYTE = 1 << 20;

  private FusedTables() {}

  /** A row per number of rows of input. */
  public static Table products(List<ProductPair> pairs) {
    return Table.create(
        "products",
        Columns.whole("rows", pairs, ProductPair::rows),
        Columns.number("turn back, multiply (ms)", pairs, p -> p.wholeNanos() / 1e6, FOUR),
        Columns.number("multiply alone (ms)", pairs, p -> p.multiplyNanos() / 1e6, FOUR),
        Columns.number("fused (ms)", pairs, p -> p.fusedNanos() / 1e6, FOUR),
        Columns.number("fused is faster by", pairs, ProductPair::speedUp, NumberText.decimals(2)),
        Columns.number(
            "workspace (MiB)", pairs, p -> p.wholeBytes() / MEBIBYTE, NumberText.decimals(3)),
        Columns.number(
            "packed (MiB)", pairs, p -> p.packedBytes() / MEBIBYTE, NumberText.decimals(3)),
        Columns.number("difference", pairs, ProductPair::difference, NumberText.SCIENTIFIC));
  }
}
