package halfstep.magics.session;

import halfstep.job.Calibration;
import halfstep.llm.TokenWindows;
import halfstep.text.Overlap;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Text as windows of one model's tokens, drawn evenly from the whole of it.
 *
 * @param files that it was read from
 * @param windows all of one length
 */
public record Passage(List<Path> files, TokenWindows windows) {

  /** Takes a copy of the list. */
  public Passage {
    files = List.copyOf(files);
  }

  /** Tokens per window. */
  public int ctx() {
    return windows.longest();
  }

  /** A new array of all tokens, window after window. */
  public int[] tokens() {
    return IntStream.range(0, windows.count())
        .flatMap(window -> IntStream.of(windows.window(window)))
        .toArray();
  }

  /** For calibrated methods. */
  public Calibration calibration() {
    return Calibration.of(windows);
  }

  /** How much of another passage this one, which calibrates, repeats. */
  public Overlap overlap(Passage evaluation) {
    return Overlap.of(each(windows), each(evaluation.windows));
  }

  /** The names of its files: {@code calibration.txt}. */
  public String name() {
    return String.join(", ", files.stream().map(file -> file.getFileName().toString()).toList());
  }

  /** For a sentence: {@code 2048 tokens of calibration.txt (8 windows of 256)}. */
  public String label() {
    return "%d tokens of %s (%d windows of %d)"
        .formatted(windows.tokens(), name(), windows.count(), ctx());
  }

  private static List<int[]> each(TokenWindows windows) {
    return IntStream.range(0, windows.count()).mapToObj(windows::window).toList();
  }
}
