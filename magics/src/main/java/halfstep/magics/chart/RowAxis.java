package halfstep.magics.chart;

import java.util.List;
import org.knowm.xchart.style.XYStyler;

/** A vertical axis of named rows: row i lies at −i, so that the first is on top. */
final class RowAxis {

  static final int ROW = 20;
  static final int FEWEST_ROWS = 3;

  private static final int FRAME = 150;

  private RowAxis() {}

  /** Height of a chart with so many rows, in pixels. */
  static int height(int rows) {
    return FRAME + ROW * (Math.max(FEWEST_ROWS, rows) + 1);
  }

  static void set(XYStyler styler, List<String> names) {
    styler.setYAxisMin((double) -Math.max(FEWEST_ROWS, names.size()));
    styler.setYAxisMax(1.0);
    // XChart takes the largest of 1, 2, 5, 10 … that is no wider than this: one row
    styler.setYAxisTickMarkSpacingHint(ROW * 7 / 5);
    styler.setYAxisTickLabelsFormattingFunction(y -> name(y, names));
    styler.setPlotGridHorizontalLinesVisible(false);
    styler.setPlotGridVerticalLinesVisible(true);
  }

  /** XChart leaves an axis out if two labels are equal, so empty rows differ in their blanks. */
  private static String name(double y, List<String> names) {
    int row = (int) -Math.rint(y);
    return row < 0 ? " " : row < names.size() ? names.get(row) : " ".repeat(2 + row - names.size());
  }
}
