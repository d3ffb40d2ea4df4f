package halfstep.magics.chart;

import java.awt.Color;
import java.util.List;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * Colours that stay apart for colour-blind readers and on white and black alike, each with a mark
 * of its own for print in grey. The first seven are meant for that; three more help where many
 * methods meet.
 *
 * @see <a href="https://jfly.uni-koeln.de/color/">Okabe and Ito, Color Universal Design</a>
 */
final class Palette {

  /** Text, axes: readable on white and on black. */
  static final Color INK = new Color(0x888888);

  /** Helping lines: the same grey, mostly transparent. */
  static final Color FAINT = new Color(0x88, 0x88, 0x88, 70);

  static final Color TRANSPARENT = new Color(0, 0, 0, 0);

  static final Color BLUE = new Color(0x1f7ec4);
  static final Color ORANGE = new Color(0xe0820b);
  static final Color GREEN = new Color(0x009e73);
  static final Color PINK = new Color(0xcc79a7);
  static final Color RED = new Color(0xd55e00);

  private static final List<Color> COLOURS =
      List.of(
          BLUE,
          ORANGE,
          GREEN,
          PINK,
          new Color(0x56b4e9),
          RED,
          new Color(0xb8a800),
          new Color(0x9467bd),
          new Color(0x9c6b4e),
          new Color(0x5f9ea0));

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
    return COLOURS.get(series % COLOURS.size());
  }

  /** The mark of a series; repeats after six, so colour and mark together repeat after 30. */
  static Marker marker(int series) {
    return MARKERS.get(series % MARKERS.size());
  }
}
