package halfstep.lab.shift;

import halfstep.eval.Domain;
import halfstep.llm.TokenWindows;
import halfstep.text.Overlap;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One of the two domains: its first half calibrates, its second half is evaluated.
 *
 * @param name what tables call it
 * @param windows in the order of the text, at least four, all of one length
 */
public record ShiftText(String name, TokenWindows windows) {

  /** Refuses a text too short to be halved. */
  public ShiftText {
    if (windows.count() < 4) {
      throw new IllegalArgumentException(
          "%s fills %d windows of %d tokens; at least 4, two to calibrate and two to evaluate: use a longer text or a smaller --ctx"
              .formatted(name, windows.count(), windows.longest()));
    }
  }

  /** The first half. */
  public TokenWindows calibrating() {
    return windows.slice(0, windows.count() / 2);
  }

  /**
   * At most so many windows of the second half, at equal distances.
   *
   * @param most at least 2
   */
  public TokenWindows evaluating(int most) {
    TokenWindows half = windows.slice(windows.count() / 2, windows.count());
    int kept = Math.min(most, half.count());
    List<int[]> drawn = new ArrayList<>();
    for (int w = 0; w < kept; w++) {
      drawn.add(half.window((int) ((long) w * half.count() / kept)));
    }
    return TokenWindows.of(drawn);
  }

  /** Windows as one stream of tokens. */
  static Domain stream(String name, TokenWindows windows) {
    return new Domain(name, each(windows).stream().flatMapToInt(IntStream::of).toArray());
  }

  /** How much of what is evaluated was seen by the calibration. */
  static Overlap overlap(TokenWindows calibrating, TokenWindows evaluating) {
    return Overlap.of(each(calibrating), each(evaluating));
  }

  private static List<int[]> each(TokenWindows windows) {
    return IntStream.range(0, windows.count()).mapToObj(windows::window).toList();
  }
}
