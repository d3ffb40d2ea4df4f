package halfstep.magics.command;

import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What only {@code %bench matvec} takes. */
final class MatvecOptions {

  private static final int SIZE = 2048;
  private static final int MOST_SIZE = 16_384;
  private static final int MOST_ROWS = 1024;
  private static final double SECONDS = 0.2;

  @Option(
      names = "--rows",
      paramLabel = "N",
      split = ",",
      description = "For matvec: rows of input at once; numbers with commas. Default 1,4,16.")
  private List<Integer> rows = new ArrayList<>();

  @Option(
      names = "--size",
      paramLabel = "N",
      description = "For matvec: rows and columns of the weights. Default 2048.")
  private @Nullable Integer size;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      description = "For matvec: how long to measure each product at least. Default 0.2.")
  private @Nullable Double seconds;

  /** Refuses these options where they mean nothing. */
  void requireNone(String target) {
    if (!rows.isEmpty() || size != null || seconds != null) {
      throw new UsageException(
          "--rows, --size and --seconds are for %%bench matvec, not for %%bench %s; leave them out"
              .formatted(target));
    }
  }

  /** The line understood. */
  BenchRequest.Matvec request(Request.Grid grid, Optional<String> as) {
    int side = within("--size", size == null ? SIZE : size, MOST_SIZE);
    List<Integer> counts = rows.isEmpty() ? List.of(1, 4, 16) : rows.stream().distinct().toList();
    counts.forEach(count -> within("--rows", count, MOST_ROWS));
    double each = seconds == null ? SECONDS : seconds;
    if (!(each > 0) || each > 60) {
      throw new UsageException("--seconds %s: a number above 0, at most 60".formatted(each));
    }
    return new BenchRequest.Matvec(side, specs(grid, side), counts, each, as);
  }

  private static List<QuantSpec> specs(Request.Grid grid, int side) {
    List<QuantSpec> specs = new ArrayList<>();
    for (int group : grid.groupSizes()) {
      if (group == QuantSpec.TENSOR) {
        throw new UsageException(
            "--group tensor: packed products want a scale for each group of a row; give a size or row");
      }
      if (group != QuantSpec.WHOLE && side % group != 0) {
        throw new UsageException(
            "--group %d does not divide --size %d; a size such as %d is divided"
                .formatted(group, side, group * Math.max(1, side / group)));
      }
      grid.bits().forEach(bits -> specs.add(new QuantSpec(bits, group, Axis.IN, ZeroPoint.FLOAT)));
    }
    return specs;
  }

  private static int within(String option, int value, int most) {
    if (value < 1 || value > most) {
      throw new UsageException("%s %d: a whole number from 1 to %d".formatted(option, value, most));
    }
    return value;
  }
}
