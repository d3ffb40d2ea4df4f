package halfstep.magics.chart;

import halfstep.lab.sensitivity.Sensitivity;
import halfstep.lab.sensitivity.SensitivityPart;
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.magics.chart.CellMatrix.At;
import halfstep.magics.chart.CellMatrix.Cell;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Sensitivity by role and depth: a cell a layer, with roles and blocks at once at the edges. */
public final class SensitivityCharts {

  private static final double LEFT = 96;
  private static final double TOP = 66;
  private static final String ALL = "all at once";

  private SensitivityCharts() {}

  /** A cell per layer, role and block, the darker the larger its mean KL. */
  public static Picture parts(String title, Sensitivity found) {
    Set<String> rows = new LinkedHashSet<>();
    Set<String> columns = new LinkedHashSet<>();
    Map<At, Cell> cells = new LinkedHashMap<>();
    for (List<SensitivityPart> together : together(found)) {
      SensitivityPart first = together.getFirst();
      String row = first.role().isEmpty() ? ALL : first.role();
      String column = first.block() < 0 ? ALL : "block " + first.block();
      rows.add(row);
      columns.add(column);
      cells.put(new At(row, column), cell(found, together));
    }
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.add(
        Words.of(
                new Point(0, 38),
                "mean KL (nats) from full precision with only these layers quantized",
                Anchor.START)
            .sized(11));
    CellMatrix matrix =
        new CellMatrix(last(rows), last(columns), cells, LEFT, TOP, Figure.WIDTH - LEFT);
    marks.addAll(matrix.marks());
    return Painter.paint(
        new Figure(Figure.WIDTH, (int) (matrix.bottom() + 10), title, description(found), marks));
  }

  /** Layers of one role in one block share a cell: the experts of a mixture. */
  private static List<List<SensitivityPart>> together(Sensitivity found) {
    Map<At, List<SensitivityPart>> cells = new LinkedHashMap<>();
    for (SensitivityPart part : found.parts()) {
      At at = new At(part.role(), Integer.toString(part.block()));
      cells.computeIfAbsent(at, none -> new ArrayList<>()).add(part);
    }
    return List.copyOf(cells.values());
  }

  private static Cell cell(Sensitivity found, List<SensitivityPart> together) {
    double kl = together.stream().mapToDouble(SensitivityPart::kl).sum();
    SensitivityPart first = together.getFirst();
    boolean edge = first.kind() != Kind.LAYER;
    double most = first.kind() == Kind.ALL ? kl : found.worst(first.kind()).kl();
    String sentence =
        together.size() == 1
            ? first.toString()
            : String.format(Locale.ROOT, "%d layers, KLs added: %.4f", together.size(), kl);
    return new Cell(
        edge ? Ink.ORANGE : Ink.BLUE,
        Math.sqrt(kl / most),
        String.format(Locale.ROOT, "%.4f", kl),
        sentence);
  }

  /** The edge behind what it sums up. */
  private static List<String> last(Set<String> names) {
    List<String> ordered = new ArrayList<>(names);
    if (ordered.remove(ALL)) {
      ordered.add(ALL);
    }
    return ordered;
  }

  private static String description(Sensitivity found) {
    return "Rows are roles, columns blocks. Most sensitive layer %s; role %s; block %s; all layers at once %.4f nats."
        .formatted(
            found.worst(Kind.LAYER),
            found.worst(Kind.ROLE),
            found.worst(Kind.BLOCK),
            found.worst(Kind.ALL).kl());
  }
}
