package halfstep.magics.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.util.Locale;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.XYSeries.XYSeriesRenderStyle;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.lines.SeriesLines;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The look of every chart: no background, grey words, thin lines, nothing that is not data. */
final class Theme {

  static final int WIDTH = 720;
  static final int HEIGHT = 380;

  private static final Font PLAIN = new Font(Font.SANS_SERIF, Font.PLAIN, 12);
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.PLAIN, 14);
  private static final BasicStroke HAIR = new BasicStroke(0.5f);
  private static final BasicStroke LINE =
      new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND);

  private Theme() {}

  /** An empty chart with both axes named. */
  static XYChart chart(String title, String x, String y, int height) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(height)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    XYStyler styler = chart.getStyler();
    colours(styler);
    fonts(styler);
    frame(styler);
    return chart;
  }

  private static void colours(XYStyler styler) {
    styler.setChartBackgroundColor(Palette.TRANSPARENT);
    styler.setPlotBackgroundColor(Palette.TRANSPARENT);
    styler.setLegendBackgroundColor(Palette.TRANSPARENT);
    styler.setLegendBorderColor(Palette.TRANSPARENT);
    styler.setChartTitleBoxVisible(false);
    styler.setChartFontColor(Palette.INK);
    styler.setChartTitleFontColor(Palette.INK);
    styler.setXAxisTitleColor(Palette.INK);
    styler.setYAxisTitleColor(Palette.INK);
    styler.setAxisTickLabelsColor(Palette.INK);
    styler.setAxisTickMarksColor(Palette.INK);
    styler.setPlotGridLinesColor(Palette.FAINT);
    styler.setAnnotationTextFontColor(Palette.INK);
  }

  private static void fonts(XYStyler styler) {
    styler.setBaseFont(PLAIN);
    styler.setChartTitleFont(TITLE);
    styler.setAxisTitleFont(PLAIN);
    styler.setAxisTickLabelsFont(PLAIN);
    styler.setLegendFont(PLAIN);
    styler.setAnnotationTextFont(PLAIN);
  }

  private static void frame(XYStyler styler) {
    styler.setLocale(Locale.ROOT);
    styler.setPlotBorderVisible(false);
    styler.setPlotGridLinesStroke(HAIR);
    styler.setPlotGridVerticalLinesVisible(false);
    styler.setAxisTicksMarksVisible(false);
    styler.setPlotMargin(0);
    styler.setPlotContentSize(0.96);
    styler.setLegendPosition(LegendPosition.OutsideS);
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendSeriesLineLength(18);
    styler.setLegendPadding(4);
    styler.setMarkerSize(6);
    styler.setToolTipHighlightColor(Palette.INK);
  }

  /** A line with marks. */
  static XYSeries line(XYChart chart, String name, double[] x, double[] y, int number) {
    XYSeries series = chart.addSeries(name, x, y);
    return look(series, Palette.colour(number), LINE, Palette.marker(number));
  }

  /** A solid line without marks. */
  static XYSeries plain(XYChart chart, String name, double[] x, double[] y, Color colour) {
    return look(chart.addSeries(name, x, y), colour, LINE, SeriesMarkers.NONE);
  }

  /** Marks alone. */
  static XYSeries dots(
      XYChart chart, String name, double[] x, double[] y, Color colour, Marker marker) {
    XYSeries series = look(chart.addSeries(name, x, y), colour, SeriesLines.NONE, marker);
    series.setXYSeriesRenderStyle(XYSeriesRenderStyle.Scatter);
    return series;
  }

  private static XYSeries look(XYSeries series, Color colour, BasicStroke stroke, Marker marker) {
    series.setLineColor(colour);
    series.setLineStyle(stroke);
    series.setMarker(marker);
    series.setMarkerColor(colour);
    return series;
  }
}
