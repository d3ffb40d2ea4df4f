package halfstep.magics.chart;

import halfstep.magics.figure.Ink;
import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The inks of figures as colours of charts, each with a mark of its own for print in grey. */
final class Palette {

  /** Text, axes: readable on white and on black. */
  static final Color INK = new Color(Ink.TEXT.rgb());

  /** Helping lines: the same grey, mostly transparent. */
  static final Color FAINT = new Color(0x88, 0x88, 0x88, 70);

  static final Color TRANSPARENT = new Color(0, 0, 0, 0);

  private static final List<Marker> MARKERS =
      List.of(
          SeriesMarkers.CIRCLE,
          SeriesMarkers.DIAMOND,
          SeriesMarkers.SQUARE,
          SeriesMarkers.TRIANGLE_UP,
          SeriesMarkers.TRIANGLE_DOWN,
          SeriesMarkers.CROSS);

  private Palette() {}

  /** The colour of a series; repeats after ten. */
  static Color colour(int series) {
    return new Color(Ink.series(series).rgb());
  }

  /** The mark of a series; repeats after six, so colour and mark together repeat after 30. */
  static Marker marker(int series) {
    return MARKERS.get(series % MARKERS.size());
  }
}
