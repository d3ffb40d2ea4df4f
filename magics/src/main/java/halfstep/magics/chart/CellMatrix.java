package halfstep.magics.chart;

import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Bar;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Values by two names each, as cells that are the darker the larger, with their number in them. */
final class CellMatrix {

  private static final double ROW = 24;
  private static final double GAP = 2;
  private static final double LABEL = 11;
  private static final double WIDEST = 92;

  /**
   * A cell.
   *
   * @param shade how dark, 0 to 1
   * @param text its number, left out where it does not fit
   * @param title what hovering tells
   */
  record Cell(Ink ink, double shade, String text, String title) {}

  /** Where a cell stands. */
  record At(String row, String column) {}

  private final List<String> rows;
  private final List<String> columns;
  private final Map<At, Cell> cells;
  private final double left;
  private final double top;
  private final double wide;

  /**
   * @param rows from top to bottom
   * @param columns from left to right
   * @param cells those that there are
   * @param left where the first column begins; row labels stand before it
   * @param top where the first row begins; column labels stand above it
   * @param width for all columns
   */
  CellMatrix(
      List<String> rows,
      List<String> columns,
      Map<At, Cell> cells,
      double left,
      double top,
      double width) {
    this.rows = List.copyOf(rows);
    this.columns = List.copyOf(columns);
    this.cells = Map.copyOf(cells);
    this.left = left;
    this.top = top;
    this.wide = Math.min(WIDEST, width / columns.size());
  }

  /** The lower edge of the last row. */
  double bottom() {
    return top + ROW * rows.size();
  }

  List<Mark> marks() {
    List<Mark> marks = new ArrayList<>();
    int step = labelStep();
    for (int c = 0; c < columns.size(); c++) {
      boolean last = c == columns.size() - 1;
      if (last && step > 1) {
        Point end = new Point(left + wide * columns.size() - GAP, top - 7);
        marks.add(fitting(columns.get(c), end, Anchor.END, step * wide));
      } else if (step == 1 || c % step == 0 && columns.size() - 1 - c >= 2 * step) {
        Point at = new Point(left + wide * (c + 0.5), top - 7);
        marks.add(fitting(columns.get(c), at, Anchor.MIDDLE, step * wide));
      }
    }
    for (int r = 0; r < rows.size(); r++) {
      Point at = new Point(left - 8, top + ROW * r + ROW / 2 + 4);
      marks.add(fitting(rows.get(r), at, Anchor.END, left - 8));
      for (int c = 0; c < columns.size(); c++) {
        Cell cell = cells.get(new At(rows.get(r), columns.get(c)));
        if (cell != null) {
          marks.addAll(cell(cell, left + wide * c, top + ROW * r));
        }
      }
    }
    return marks;
  }

  /** Every so-manieth column has its name, so that names do not touch. */
  private int labelStep() {
    double longest =
        columns.stream().mapToDouble(name -> Words.width(name, LABEL) + 6).max().orElse(0);
    return wide >= 40 ? 1 : (int) Math.max(1, Math.ceil(longest / wide));
  }

  private static Mark fitting(String text, Point at, Anchor anchor, double room) {
    double size = Math.min(LABEL, LABEL * (room - 2) / Words.width(text, LABEL));
    return Words.of(at, text, anchor).sized(size);
  }

  private List<Mark> cell(Cell cell, double x, double y) {
    List<Mark> marks = new ArrayList<>();
    double opacity = 0.06 + 0.5 * Math.clamp(cell.shade(), 0, 1);
    marks.add(new Bar(x, y, wide - GAP, ROW - GAP, cell.ink(), opacity, cell.title()));
    if (Words.width(cell.text(), LABEL) <= wide - GAP - 2) {
      Point at = new Point(x + (wide - GAP) / 2, y + ROW / 2 + 3);
      marks.add(Words.of(at, cell.text(), Anchor.MIDDLE).sized(LABEL).titled(cell.title()));
    }
    return marks;
  }
}
