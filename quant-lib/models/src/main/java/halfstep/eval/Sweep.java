package halfstep.eval;

import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.List;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;

/** Windows evaluated in bundles on all cores, with progress told on the caller's thread. */
final class Sweep {

  /** Enough tokens that a bundle's products are large, few enough that its logits stay small. */
  private static final int BUNDLE_TOKENS = 1024;

  private static final int BUNDLES_AT_ONCE = Runtime.getRuntime().availableProcessors();

  private final TokenWindows windows;
  private final Windowing windowing;
  private final int bundle;
  private final int[] starts;

  Sweep(TokenWindows windows, Windowing windowing) {
    this.windows = windows;
    this.windowing = windowing;
    this.bundle = Math.max(1, BUNDLE_TOKENS / windowing.ctx());
    this.starts = new int[windows.count() + 1];
    for (int w = 0; w < windows.count(); w++) {
      starts[w + 1] = starts[w] + windowing.scored(w);
    }
  }

  /** What models say about the windows of a bundle. */
  @FunctionalInterface
  interface Forward {
    /**
     * @return a matrix per model, each {@code tokens × vocabulary}
     */
    List<Matrix> logits(TokenWindows bundle);
  }

  /** Scores one prediction. */
  @FunctionalInterface
  interface Score {
    /**
     * @param logits of the models on the bundle; not modified
     * @param row of the logits that predict
     * @param next the token that followed
     * @param index of the prediction among all
     */
    void accept(List<Matrix> logits, int row, int next, int index);
  }

  /** Number of scored predictions. */
  int predictions() {
    return starts[windows.count()];
  }

  /**
   * @param progress hears the share done, 0 to 1
   * @param scores makes what scores one bundle's predictions; bundles run at the same time
   */
  void run(DoubleConsumer progress, Forward forward, Supplier<Score> scores) {
    progress.accept(0);
    int step = bundle * BUNDLES_AT_ONCE;
    for (int from = 0; from < windows.count(); from += step) {
      int first = from;
      int to = Math.min(from + step, windows.count());
      Parallel.blocks(
          Math.ceilDiv(to - from, bundle),
          "the evaluation",
          index -> {
            int begin = first + (int) index * bundle;
            score(begin, Math.min(begin + bundle, to), forward, scores.get());
          });
      progress.accept(to / (double) windows.count());
    }
  }

  private void score(int from, int to, Forward forward, Score score) {
    TokenWindows part = windows.slice(from, to);
    List<Matrix> logits = forward.logits(part);
    for (int w = 0; w < part.count(); w++) {
      int[] window = part.window(w);
      int firstRow = windowing.firstScored(from + w);
      for (int r = firstRow; r < window.length - 1; r++) {
        Parallel.checkInterrupt("the evaluation");
        score.accept(logits, part.start(w) + r, window[r + 1], starts[from + w] + r - firstRow);
      }
    }
  }
}
