package halfstep.llm;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.List;

/**
 * Windows in parts of some hundred tokens, each worked on by one core. Rows do not depend on each
 * other beyond their window, so how windows are parted changes no result.
 */
final class WindowParts {

  /** Enough rows that transposing the weights once per part costs little. */
  private static final int MOST_TOKENS = 1024;

  private static final int LEAST_TOKENS = 256;

  private record Part(int from, int to) {}

  private final TokenWindows windows;
  private final List<Part> parts = new ArrayList<>();

  WindowParts(TokenWindows windows) {
    this.windows = windows;
    int share = Math.ceilDiv(windows.tokens(), Runtime.getRuntime().availableProcessors());
    int size = Math.clamp(share, LEAST_TOKENS, MOST_TOKENS);
    int from = 0;
    for (int to = 1; to <= windows.count(); to++) {
      boolean full = windows.start(to) - windows.start(from) >= size;
      if (full || to == windows.count()) {
        parts.add(new Part(from, to));
        from = to;
      }
    }
  }

  /** Work on the rows of one part; windows cross no part's border. */
  @FunctionalInterface
  interface Work {
    /**
     * @param part the part's windows
     * @param firstRow row of its first token among all rows
     */
    void run(TokenWindows part, int firstRow);
  }

  /** Does the work on all parts. */
  void each(String what, Work work) {
    Parallel.blocks(
        parts.size(),
        what,
        index -> {
          Part part = parts.get((int) index);
          work.run(windows.slice(part.from(), part.to()), windows.start(part.from()));
        });
  }

  /** A part's rows of a matrix that belongs to all windows; a view. */
  static Matrix rows(Matrix all, TokenWindows part, int firstRow) {
    return all.rows(firstRow, firstRow + part.tokens());
  }

  /** Copies a part's rows to where they belong. */
  static void put(Matrix part, Matrix all, long firstRow) {
    all.rows(firstRow, firstRow + part.rows()).segment().copyFrom(part.segment());
  }
}
