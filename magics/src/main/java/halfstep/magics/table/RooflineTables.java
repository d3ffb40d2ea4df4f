package halfstep.magics.table;

import halfstep.roofline.ProductRate;
import halfstep.roofline.Roofline;
import java.util.List;
import tech.tablesaw.api.Table;

/** Tables of products beside the limits of the machine. */
public final class RooflineTables {

  private static final double MEBIBYTE = 1 << 20;

  private RooflineTables() {}

  /** A row per product. */
  public static Table products(Roofline roofline, List<ProductRate> rates) {
    return Table.create(
        "products",
        Columns.text("weights", rates, ProductRate::weights),
        Columns.whole("rows", rates, ProductRate::rows),
        Columns.number("MiB", rates, rate -> rate.bytes() / MEBIBYTE, NumberText.decimals(2)),
        Columns.number(
            "ms, median", rates, rate -> rate.timing().quantile(0.5) / 1e6, NumberText.decimals(3)),
        Columns.number(
            "ms, p90", rates, rate -> rate.timing().quantile(0.9) / 1e6, NumberText.decimals(3)),
        Columns.number("GB/s", rates, rate -> rate.bytesPerSecond() / 1e9, NumberText.decimals(1)),
        Columns.number(
            "GFLOP/s", rates, rate -> rate.flopsPerSecond() / 1e9, NumberText.decimals(1)),
        Columns.number("operations/byte", rates, ProductRate::intensity, NumberText.decimals(2)),
        Columns.number("of the limit", rates, rate -> rate.share(roofline), NumberText.PERCENT));
  }
}
