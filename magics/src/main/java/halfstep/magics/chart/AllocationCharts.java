package halfstep.magics.chart;

import halfstep.lab.Layers;
import halfstep.lab.Solver;
import halfstep.lab.allocation.Allocation;
import halfstep.lab.allocation.MeasuredAllocation;
import halfstep.magics.chart.CellMatrix.At;
import halfstep.magics.chart.CellMatrix.Cell;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How bytes are given out to layers, and what that costs. */
public final class AllocationCharts {

  private static final double LEFT = 96;
  private static final double TOP = 66;
  private static final double MOST_BITS = 8;
  private static final Pattern BLOCK = Pattern.compile("^model\\.layers\\.(\\d+)\\.");

  private AllocationCharts() {}

  /**
   * A dot per allocation with the interval of its mean KL; a line joins the best ones.
   *
   * @param rows at least one
   */
  public static Picture tradeOff(String title, List<MeasuredAllocation> rows) {
    List<TradeOff.Dot> dots =
        rows.stream()
            .map(row ->
                new TradeOff.Dot(
                    row.allocation().family(),
                    row.allocation().bitsPerWeight(),
                    row.kl(),
                    row.interval().low(),
                    row.interval().high(),
                    row.toString()))
            .toList();
    MeasuredAllocation least =
        rows.stream().min(Comparator.comparingDouble(MeasuredAllocation::kl)).orElseThrow();
    return TradeOff.draw(
        title,
        new TradeOff.Axes("effective bits per weight", "mean KL (nats), 95 % interval"),
        dots,
        Set.of("best"),
        "Mean KL of %d allocations against bits per weight. Least: %s."
            .formatted(rows.size(), least));
  }

  /** Bits and group of each layer, by role and block. */
  public static Picture picks(String title, Allocation allocation) {
    Set<String> rows = new LinkedHashSet<>();
    Set<String> columns = new LinkedHashSet<>();
    Map<At, List<String>> layers = new LinkedHashMap<>();
    allocation
        .picks()
        .forEach((layer, solver) -> {
          Matcher block = BLOCK.matcher(layer);
          At at = new At(Layers.role(layer), block.find() ? "block " + block.group(1) : "");
          rows.add(at.row());
          columns.add(at.column());
          layers.computeIfAbsent(at, none -> new ArrayList<>()).add(layer);
        });
    Map<At, Cell> cells = new LinkedHashMap<>();
    layers.forEach((at, own) -> cells.put(at, cell(allocation, own)));
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.add(
        Words.of(new Point(0, 38), "bits and group of each layer; darker: more bits", Anchor.START)
            .sized(11));
    CellMatrix matrix =
        new CellMatrix(
            List.copyOf(rows), List.copyOf(columns), cells, LEFT, TOP, Figure.WIDTH - LEFT);
    marks.addAll(matrix.marks());
    String description =
        "Rows are roles, columns blocks. %s. Most bits: %s."
            .formatted(allocation, String.join(", ", widest(allocation)));
    return Painter.paint(
        new Figure(Figure.WIDTH, (int) (matrix.bottom() + 10), title, description, marks));
  }

  /** Layers of one role in one block, the experts of a mixture, share a cell. */
  private static Cell cell(Allocation allocation, List<String> layers) {
    double bits =
        layers.stream().mapToDouble(layer -> bits(allocation.of(layer))).average().orElseThrow();
    List<String> kinds =
        layers.stream().map(layer -> shortened(allocation.of(layer))).distinct().toList();
    String text = kinds.size() == 1 ? kinds.getFirst() : String.format(Locale.ROOT, "⌀ %.1f", bits);
    String title =
        String.join(
            "; ",
            layers.stream()
                .map(layer -> Layers.shortName(layer) + ": " + allocation.of(layer).label())
                .toList());
    return new Cell(Ink.GREEN, bits / MOST_BITS, text, title);
  }

  private static String shortened(Solver solver) {
    return solver.spec().label().replace(" bit ", " ");
  }

  private static double bits(Solver solver) {
    return Double.parseDouble(solver.spec().bits().label());
  }

  private static List<String> widest(Allocation allocation) {
    double most =
        allocation.picks().values().stream().mapToDouble(AllocationCharts::bits).max().orElse(0);
    List<String> layers =
        allocation.picks().keySet().stream()
            .filter(layer -> bits(allocation.of(layer)) == most)
            .map(Layers::shortName)
            .toList();
    return layers.size() <= 6 ? layers : List.of(layers.size() + " layers");
  }
}
