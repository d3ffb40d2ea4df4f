package halfstep.magics.table;

import halfstep.metric.Timing;
import java.util.List;
import java.util.OptionalLong;
import tech.tablesaw.api.Table;

/** Tables of times. */
public final class TimingTables {

  private static final NumberText THREE = NumberText.decimals(3);

  private TimingTables() {}

  /** Units of time, the longest first. */
  private enum Unit {
    SECONDS("s", 1e9),
    MILLIS("ms", 1e6),
    MICROS("µs", 1e3),
    NANOS("ns", 1);

    private final String sign;
    private final double nanos;

    Unit(String sign, double nanos) {
      this.sign = sign;
      this.nanos = nanos;
    }

    static Unit of(double nanos) {
      for (Unit unit : values()) {
        if (nanos >= unit.nanos) {
          return unit;
        }
      }
      return NANOS;
    }
  }

  /** As {@code %timeit} says it: {@code 1.234 ms ± 0.056 ms a run}. */
  public static String sentence(Timing timing) {
    Unit unit = Unit.of(timing.mean());
    return "%s %s ± %s %s a run (mean ± deviation of %d samples, %d runs each)"
        .formatted(
            THREE.format(timing.mean() / unit.nanos),
            unit.sign,
            THREE.format(timing.deviation() / unit.nanos),
            unit.sign,
            timing.samples(),
            timing.runsPerSample());
  }

  /**
   * One row: the middle, the slow end, the best.
   *
   * @param bytes what one run moves, for a rate at the middle
   */
  public static Table of(Timing timing, OptionalLong bytes) {
    Unit unit = Unit.of(timing.quantile(0.5));
    List<Timing> rows = List.of(timing);
    Table table =
        Table.create(
            "time",
            Columns.number(in("p50", unit), rows, t -> t.quantile(0.5) / unit.nanos, THREE),
            Columns.number(in("p99", unit), rows, t -> t.quantile(0.99) / unit.nanos, THREE),
            Columns.number(in("best", unit), rows, t -> t.best() / unit.nanos, THREE),
            Columns.number(in("mean", unit), rows, t -> t.mean() / unit.nanos, THREE),
            Columns.number(in("deviation", unit), rows, t -> t.deviation() / unit.nanos, THREE),
            Columns.whole("samples", rows, Timing::samples),
            Columns.whole("runs each", rows, Timing::runsPerSample));
    if (bytes.isPresent()) {
      table.addColumns(
          Columns.number("GB/s", rows, t -> t.perSecond(bytes.getAsLong()) / 1e9, THREE));
    }
    return table;
  }

  private static String in(String name, Unit unit) {
    return "%s (%s)".formatted(name, unit.sign);
  }
}
