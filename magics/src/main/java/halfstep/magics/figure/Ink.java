package halfstep.magics.figure;

import java.util.List;

/**
 * Colours that stay apart for colour-blind readers and on white and black alike. The first seven
 * series are meant for that; three more help where many methods meet.
 *
 * @see <a href="https://jfly.uni-koeln.de/color/">Okabe and Ito, Color Universal Design</a>
 */
public enum Ink {
  /** Words and axes: the page's own text colour, or a grey that reads on white and on black. */
  TEXT(0x888888),
  BLUE(0x1f7ec4),
  ORANGE(0xe0820b),
  GREEN(0x009e73),
  PINK(0xcc79a7),
  SKY(0x56b4e9),
  RED(0xd55e00),
  OLIVE(0xb8a800),
  VIOLET(0x9467bd),
  BROWN(0x9c6b4e),
  TEAL(0x5f9ea0);

  private static final List<Ink> SERIES =
      List.of(BLUE, ORANGE, GREEN, PINK, SKY, RED, OLIVE, VIOLET, BROWN, TEAL);

  private final int rgb;

  Ink(int rgb) {
    this.rgb = rgb;
  }

  /** Red, green and blue, eight bits each; of {@link #TEXT} where there is no page around. */
  public int rgb() {
    return rgb;
  }

  /** The ink of a series; repeats after ten. */
  public static Ink series(int number) {
    return SERIES.get(number % SERIES.size());
  }
}
