package halfstep.eval;

import halfstep.llm.ModelException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;

/**
 * A protocol with its numbers: how a stream of tokens is cut for evaluation. Each window is read
 * from empty context.
 *
 * @param protocol which predictions of a window are scored
 * @param ctx tokens of the longest window, at least 2
 * @param stride tokens from one window's start to the next one's, at least 1. With the papers'
 *     protocol less than {@code ctx} makes windows overlap, of which each but the first scores only
 *     its last {@code stride} predictions, so that no token counts twice; more leaves text out.
 * @param maxTokens the stream is cut to this many tokens first
 * @param bos with llama.cpp's protocol, the token that stands in for each window's first
 */
public record Windowing(Protocol protocol, int ctx, int stride, int maxTokens, OptionalInt bos) {

  /** Refuses windows without a prediction, and numbers that a protocol does not have. */
  public Windowing {
    if (ctx < 2 || stride < 1 || maxTokens < 2) {
      throw new IllegalArgumentException(
          "ctx %d, stride %d and %d tokens leave nothing to predict; at least 2, 1 and 2"
              .formatted(ctx, stride, maxTokens));
    }
    if (protocol == Protocol.LLAMA_CPP && (stride != ctx || ctx < 4)) {
      throw new IllegalArgumentException(
          "llama.cpp's windows do not overlap and score their second half: ctx %d and stride %d do not fit; leave --stride out and take a --ctx of at least 4"
              .formatted(ctx, stride));
    }
    if (protocol == Protocol.HQQ && (stride > ctx || stride < 2)) {
      throw new IllegalArgumentException(
          "hqq's windows score every token once: --stride must lie between 2 and --ctx %d, not at %d"
              .formatted(ctx, stride));
    }
    if (protocol != Protocol.LLAMA_CPP && bos.isPresent()) {
      throw new IllegalArgumentException(
          "a BOS in each window is llama.cpp's protocol, not that of %s".formatted(protocol));
    }
  }

  /** The papers' protocol with windows of {@code ctx} tokens. */
  public static Windowing papers(int ctx) {
    return papers(ctx, ctx);
  }

  /** The papers' protocol with windows that overlap, or leave text out. */
  public static Windowing papers(int ctx, int stride) {
    return new Windowing(Protocol.PAPERS, ctx, stride, Integer.MAX_VALUE, OptionalInt.empty());
  }

  /**
   * llama.cpp's protocol.
   *
   * @param bos what the tokenizer puts at the start of a text, if it does
   */
  public static Windowing llamaCpp(int ctx, OptionalInt bos) {
    return new Windowing(Protocol.LLAMA_CPP, ctx, ctx, Integer.MAX_VALUE, bos);
  }

  /** The protocol of HQQ's script; its own numbers are 1024 and 512. */
  public static Windowing hqq(int ctx, int stride) {
    return new Windowing(Protocol.HQQ, ctx, stride, Integer.MAX_VALUE, OptionalInt.empty());
  }

  /** The same on at most {@code tokens} tokens. */
  public Windowing atMost(int tokens) {
    return new Windowing(protocol, ctx, stride, tokens, bos);
  }

  /**
   * Cuts a stream.
   *
   * @throws ModelException if it is too short for the protocol
   */
  Cut cut(int[] tokens) {
    int[] used = tokens.length > maxTokens ? Arrays.copyOf(tokens, maxTokens) : tokens;
    return switch (protocol) {
      case PAPERS -> cutForPapers(used);
      case LLAMA_CPP -> cutForLlamaCpp(used);
      case HQQ -> cutForHqq(used);
    };
  }

  /** Full windows only; each scores what no window scored before. */
  private Cut cutForPapers(int[] tokens) {
    requireTokens(tokens, ctx, "do not fill one window of %d".formatted(ctx));
    List<Cut.Window> windows = new ArrayList<>();
    for (long from = 0; from + ctx <= tokens.length; from += stride) {
      int firstScored = from == 0 ? 0 : Math.max(0, ctx - stride - 1);
      windows.add(new Cut.Window((int) from, ctx, firstScored, 1));
    }
    return new Cut(tokens, windows, OptionalInt.empty());
  }

  /** Reference: llama.cpp {@code tools/perplexity}: rows ctx/2 to ctx − 2 of each full window. */
  private Cut cutForLlamaCpp(int[] tokens) {
    requireTokens(
        tokens,
        Math.multiplyExact(2, ctx),
        "are fewer than llama.cpp's least, two windows of %d".formatted(ctx));
    List<Cut.Window> windows = new ArrayList<>();
    for (long from = 0; from + ctx <= tokens.length; from += ctx) {
      windows.add(new Cut.Window((int) from, ctx, ctx / 2, 1));
    }
    return new Cut(tokens, windows, bos);
  }

  /** Windows end at each multiple of the stride and at the end of the text. */
  private Cut cutForHqq(int[] tokens) {
    requireTokens(tokens, 2, "hold no prediction");
    List<Cut.Window> windows = new ArrayList<>();
    for (long from = 0; from < tokens.length; from += stride) {
      int end = (int) Math.min(from + stride, tokens.length);
      int begin = (int) Math.max(0, from + stride - ctx);
      int scored = end - (int) from;
      // the first token of the window has nothing before it, so it is predicted by nobody
      int predictions = Math.min(scored, end - begin - 1);
      if (predictions > 0) {
        double weight = scored / (double) predictions;
        windows.add(new Cut.Window(begin, end - begin, end - begin - 1 - predictions, weight));
      }
    }
    return new Cut(tokens, windows, OptionalInt.empty());
  }

  private static void requireTokens(int[] tokens, int least, String sentence) {
    if (tokens.length < least) {
      throw new ModelException(
          "%d tokens %s; use a longer text or a smaller --ctx".formatted(tokens.length, sentence));
    }
  }

  /** For a sentence: {@code papers protocol, ctx 512}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("%s protocol, ctx %d".formatted(protocol, ctx));
    if (stride != ctx) {
      text.append(", stride ").append(stride);
    }
    bos.ifPresent(token -> text.append(", BOS ").append(token));
    return text.toString();
  }
}
