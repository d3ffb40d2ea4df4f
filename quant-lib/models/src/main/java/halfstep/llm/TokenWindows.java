package halfstep.llm;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Token windows, each read by a model from empty context. A matrix that belongs to them has one row
 * per token, window after window. Immutable.
 */
public final class TokenWindows {

  private final List<int[]> windows;
  private final int[] starts;

  private TokenWindows(List<int[]> windows) {
    this.windows = windows;
    this.starts = new int[windows.size() + 1];
    for (int i = 0; i < windows.size(); i++) {
      starts[i + 1] = Math.addExact(starts[i], windows.get(i).length);
    }
  }

  /**
   * A copy of these windows.
   *
   * @throws ModelException if there is none, or one is empty
   */
  public static TokenWindows of(List<int[]> windows) {
    if (windows.isEmpty()) {
      throw new ModelException("there is no token window; give at least one");
    }
    for (int[] window : windows) {
      if (window.length == 0) {
        throw new ModelException("a token window is empty; each needs at least one token");
      }
    }
    return new TokenWindows(windows.stream().map(int[]::clone).toList());
  }

  /** One window. */
  public static TokenWindows of(int... window) {
    return of(List.of(window));
  }

  /**
   * Cuts a stream of tokens into windows and drops the tail, as calibration and the papers'
   * perplexity do.
   *
   * @param length tokens per window, at least 1
   * @throws ModelException if the tokens do not fill one window
   */
  public static TokenWindows cut(int[] tokens, int length) {
    if (length < 1) {
      throw new ModelException("windows of %d tokens are empty; at least 1".formatted(length));
    }
    if (tokens.length < length) {
      throw new ModelException(
          "%d tokens do not fill one window of %d; use a longer text or shorter windows"
              .formatted(tokens.length, length));
    }
    List<int[]> windows = new ArrayList<>();
    for (int from = 0; from + length <= tokens.length; from += length) {
      windows.add(Arrays.copyOfRange(tokens, from, from + length));
    }
    return new TokenWindows(windows);
  }

  /** Number of windows. */
  public int count() {
    return windows.size();
  }

  /** Number of tokens of all windows: rows of a matrix that belongs to them. */
  public int tokens() {
    return starts[windows.size()];
  }

  /** A new array with the tokens of one window. */
  public int[] window(int index) {
    return windows.get(index).clone();
  }

  /** A new array with the tokens of all windows, one after the other. */
  public int[] all() {
    int[] all = new int[tokens()];
    for (int w = 0; w < count(); w++) {
      System.arraycopy(windows.get(w), 0, all, starts[w], length(w));
    }
    return all;
  }

  /** Number of tokens of one window. */
  public int length(int index) {
    return windows.get(index).length;
  }

  /** Row of a window's first token; of {@link #count()}, the number of rows. */
  public int start(int index) {
    return starts[index];
  }

  /** The window that a row belongs to. */
  int windowOf(int row) {
    int found = Arrays.binarySearch(starts, row);
    return found >= 0 ? found : -found - 2;
  }

  /** Tokens of the longest window. */
  public int longest() {
    return windows.stream().mapToInt(window -> window.length).max().orElse(0);
  }

  /** The windows {@code from} (included) to {@code to} (excluded). */
  public TokenWindows slice(int from, int to) {
    return new TokenWindows(windows.subList(from, to));
  }

  /** The first windows, at most {@code most}. */
  public TokenWindows first(int most) {
    return slice(0, Math.min(most, count()));
  }

  /**
   * Refuses windows that a model cannot read.
   *
   * @throws ModelException if one is longer than its context, or a token is unknown
   */
  public void requireFit(ModelConfig config) {
    if (longest() > config.maxPositions()) {
      throw new ModelException(
          "a window of %d tokens is longer than the model's context of %d"
              .formatted(longest(), config.maxPositions()));
    }
    for (int[] window : windows) {
      for (int token : window) {
        if (token < 0 || token >= config.vocabSize()) {
          throw new ModelException(
              "token %d is outside the vocabulary of %d; the text belongs to another model's tokenizer"
                  .formatted(token, config.vocabSize()));
        }
      }
    }
  }

  /** The token of a row. */
  int token(int window, int position) {
    return windows.get(window)[position];
  }

  @Override
  public String toString() {
    return "%d windows, %d tokens".formatted(count(), tokens());
  }
}
