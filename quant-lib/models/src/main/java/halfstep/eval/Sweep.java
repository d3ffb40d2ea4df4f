package halfstep.eval;

import halfstep.llm.TokenWindows;
import halfstep.tensor.Parallel;
import java.util.function.DoubleConsumer;

/** Windows evaluated on all cores, with progress told on the caller's thread. */
final class Sweep {

  private static final int WINDOWS_AT_ONCE = 4 * Runtime.getRuntime().availableProcessors();

  private final TokenWindows windows;
  private final Windowing windowing;
  private final int[] starts;

  Sweep(TokenWindows windows, Windowing windowing) {
    this.windows = windows;
    this.windowing = windowing;
    this.starts = new int[windows.count() + 1];
    for (int w = 0; w < windows.count(); w++) {
      starts[w + 1] = starts[w] + windowing.scored(w);
    }
  }

  /** Work on one window. */
  @FunctionalInterface
  interface Work {
    /**
     * @param window its tokens
     * @param firstRow first row of its logits that is scored; the last is the one before its end
     * @param at index of that row's prediction among all
     */
    void run(int[] window, int firstRow, int at);
  }

  /** Number of scored predictions. */
  int predictions() {
    return starts[windows.count()];
  }

  /**
   * @param progress hears the share done, 0 to 1
   */
  void run(DoubleConsumer progress, Work work) {
    progress.accept(0);
    for (int from = 0; from < windows.count(); from += WINDOWS_AT_ONCE) {
      int first = from;
      int count = Math.min(WINDOWS_AT_ONCE, windows.count() - from);
      Parallel.blocks(
          count,
          "the evaluation",
          index -> {
            int window = first + (int) index;
            work.run(windows.window(window), windowing.firstScored(window), starts[window]);
          });
      progress.accept((from + count) / (double) windows.count());
    }
  }
}
