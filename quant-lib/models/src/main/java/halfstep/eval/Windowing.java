package halfstep.eval;

import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How a stream of tokens is cut for evaluation. Each window is read from empty context and the tail
 * that fills none is dropped.
 *
 * <p>With {@code stride = ctx} this is the papers' protocol (GPTQ, AWQ): no overlap, each window
 * scores its {@code ctx − 1} predictions. With a smaller stride windows overlap, and each but the
 * first scores only its last {@code stride} predictions, so that no token counts twice. A larger
 * one leaves text out.
 *
 * @param ctx tokens per window, at least 2
 * @param stride tokens from one window's start to the next one's, at least 1
 * @param maxTokens the stream is cut to this many tokens first
 */
public record Windowing(int ctx, int stride, int maxTokens) {

  /** Refuses windows without a prediction. */
  public Windowing {
    if (ctx < 2 || stride < 1 || maxTokens < 2) {
      throw new IllegalArgumentException(
          "ctx %d, stride %d and %d tokens leave nothing to predict; at least 2, 1 and 2"
              .formatted(ctx, stride, maxTokens));
    }
  }

  /** The papers' protocol with windows of {@code ctx} tokens. */
  public static Windowing papers(int ctx) {
    return new Windowing(ctx, ctx, Integer.MAX_VALUE);
  }

  /** The same on at most {@code tokens} tokens. */
  public Windowing atMost(int tokens) {
    return new Windowing(ctx, stride, tokens);
  }

  /**
   * Cuts a stream.
   *
   * @throws ModelException if it does not fill one window
   */
  public TokenWindows cut(int[] tokens) {
    int available = Math.min(tokens.length, maxTokens);
    if (available < ctx) {
      throw new ModelException(
          "%d tokens do not fill one window of %d; use a longer text or a smaller --ctx"
              .formatted(available, ctx));
    }
    List<int[]> windows = new ArrayList<>();
    for (long from = 0; from + ctx <= available; from += stride) {
      windows.add(Arrays.copyOfRange(tokens, (int) from, (int) from + ctx));
    }
    return TokenWindows.of(windows);
  }

  /** The first row of a window whose prediction is scored; the last is always {@code ctx − 2}. */
  int firstScored(int window) {
    return window == 0 ? 0 : Math.max(0, ctx - stride - 1);
  }

  /** Number of predictions that a window scores. */
  int scored(int window) {
    return ctx - 1 - firstScored(window);
  }
}
