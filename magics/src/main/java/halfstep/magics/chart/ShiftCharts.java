package halfstep.magics.chart;

import halfstep.lab.shift.CalibrationShift;
import halfstep.lab.shift.ShiftCell;
import halfstep.lab.shift.ShiftRow;
import halfstep.magics.chart.CellMatrix.At;
import halfstep.magics.chart.CellMatrix.Cell;
import halfstep.magics.figure.Figure;
import halfstep.magics.figure.Ink;
import halfstep.magics.figure.Mark;
import halfstep.magics.figure.Mark.Anchor;
import halfstep.magics.figure.Mark.Words;
import halfstep.magics.figure.Point;
import halfstep.magics.table.ShiftTables;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** Calibrated methods by what calibrated them and what they are evaluated on. */
public final class ShiftCharts {

  private static final double LEFT = 330;
  private static final double TOP = 84;
  private static final double DARKEST = Math.log(2);

  private ShiftCharts() {}

  /** KL and output error of every variant on both domains; blue is less than rounding, red more. */
  public static Picture matrix(String title, CalibrationShift found) {
    List<String> rows = new ArrayList<>();
    Map<At, Cell> cells = new LinkedHashMap<>();
    String klHome = "KL, " + found.home();
    String klAway = "KL, " + found.away();
    String outHome = "output, " + found.home();
    String outAway = "output, " + found.away();
    for (ShiftRow row : found.rows()) {
      String name = name(found, row);
      rows.add(name);
      cells.put(
          new At(name, klHome), cell(found, row, name, ShiftRow::home, ShiftCell::kl, klHome));
      cells.put(
          new At(name, klAway), cell(found, row, name, ShiftRow::away, ShiftCell::kl, klAway));
      cells.put(
          new At(name, outHome),
          cell(found, row, name, ShiftRow::home, ShiftCell::meanOutputError, outHome));
      cells.put(
          new At(name, outAway),
          cell(found, row, name, ShiftRow::away, ShiftCell::meanOutputError, outAway));
    }
    List<Mark> marks = new ArrayList<>();
    marks.add(Heading.of(title));
    marks.add(
        Words.of(
                new Point(0, 38),
                "mean KL (nats) and mean output error of the layers; ▾ less than rounding, ▴ more",
                Anchor.START)
            .sized(11));
    CellMatrix matrix =
        new CellMatrix(
            rows, List.of(klHome, klAway, outHome, outAway), cells, LEFT, TOP, Figure.WIDTH - LEFT);
    marks.addAll(matrix.marks());
    return Painter.paint(
        new Figure(Figure.WIDTH, (int) (matrix.bottom() + 10), title, description(found), marks));
  }

  private static String name(CalibrationShift found, ShiftRow row) {
    String calibration = ShiftTables.calibration(found.home(), found.away(), row);
    return "%s: %s".formatted(row.solver().method().label(), calibration);
  }

  private static Cell cell(
      CalibrationShift found,
      ShiftRow row,
      String name,
      Function<ShiftRow, ShiftCell> domain,
      ToDoubleFunction<ShiftCell> figure,
      String column) {
    double value = figure.applyAsDouble(domain.apply(row));
    double rounding = figure.applyAsDouble(domain.apply(found.baseline()));
    double ratio = value / rounding;
    String sign = ratio < 0.995 ? " ▾" : ratio > 1.005 ? " ▴" : "";
    return new Cell(
        ratio <= 1 ? Ink.BLUE : Ink.RED,
        Math.abs(Math.log(ratio)) / DARKEST,
        String.format(Locale.ROOT, "%.4f%s", value, sign),
        String.format(Locale.ROOT, "%s, %s: %.4f, %.2f of rounding", name, column, value, ratio));
  }

  private static String description(CalibrationShift found) {
    List<String> sentences =
        found.rows().stream()
            .map(row ->
                String.format(
                    Locale.ROOT,
                    "%s: KL %.4f on %s, %.4f on %s",
                    name(found, row),
                    row.home().kl(),
                    found.home(),
                    row.away().kl(),
                    found.away()))
            .toList();
    return String.join("; ", sentences) + ".";
  }
}
