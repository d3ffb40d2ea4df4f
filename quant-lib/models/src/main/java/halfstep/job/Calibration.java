package halfstep.job;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.llm.TokenWindows;
import halfstep.text.Tokenizer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * What calibrated methods look at.
 *
 * @param windows token windows, each read from empty context
 * @param sha256 of the tokens as little-endian 64-bit integers, window after window, in hexadecimal
 * @param parts where the windows came from, in their order; empty if they were at hand
 */
public record Calibration(TokenWindows windows, String sha256, List<Part> parts) {

  /** Windows that AutoAWQ and llm-awq take at most. */
  public static final int USUAL_SAMPLES = 128;

  /** Tokens that they take per window. */
  public static final int USUAL_LENGTH = 512;

  /**
   * What one file gave.
   *
   * @param file its name
   * @param sha256 of the file's bytes, in hexadecimal
   * @param documents that were read; none of token ids
   * @param windows that were cut from them
   * @param wanted windows that its weight asked for
   * @param used tokens in the windows
   * @param dropped tokens that were read and filled no window: the tail
   */
  public record Part(
      String file, String sha256, int documents, int windows, int wanted, long used, long dropped) {

    /** For a sentence: {@code 64 windows of code.jsonl (32768 tokens used, 17 dropped)}. */
    public String label() {
      String missing = windows < wanted ? " of the %d wanted".formatted(wanted) : "";
      return "%d windows%s of %s (%d tokens used, %d dropped)"
          .formatted(windows, missing, file, used, dropped);
    }
  }

  /** Takes a copy of the list. */
  public Calibration {
    parts = List.copyOf(parts);
  }

  /** Windows that are at hand. */
  public static Calibration of(TokenWindows windows) {
    return of(windows, List.of());
  }

  private static Calibration of(TokenWindows windows, List<Part> parts) {
    ByteBuffer bytes =
        ByteBuffer.allocate(Math.multiplyExact(windows.tokens(), Long.BYTES))
            .order(ByteOrder.LITTLE_ENDIAN);
    for (int w = 0; w < windows.count(); w++) {
      for (int token : windows.window(w)) {
        bytes.putLong(token);
      }
    }
    return new Calibration(windows, Digests.sha256(bytes.array()), parts);
  }

  /** What a manifest tells: hashes and counts, never the text. */
  void into(ObjectNode node) {
    node.put("sha256", sha256).put("windows", windows.count()).put("tokens", windows.tokens());
    ArrayNode texts = node.putArray("texts");
    for (Part part : parts) {
      texts
          .addObject()
          .put("file", part.file())
          .put("sha256", part.sha256())
          .put("documents", part.documents())
          .put("windows", part.windows())
          .put("tokensUsed", part.used())
          .put("tokensDropped", part.dropped());
    }
  }

  /**
   * Reads texts and mixes them. The documents of a text are tokenized each for itself, with the
   * special tokens that the tokenizer adds, strung together and cut into windows: a long document
   * becomes several, none is dropped (AutoAWQ drops those longer than a window). Of each text the
   * first windows are taken, as many as its weight asks for or as it has.
   *
   * @param tokenizer asked for only if a source is no token ids
   * @param samples windows in all, at most
   * @param length tokens per window; token ids in rows keep their own
   * @throws JobException if a text does not fill one window
   * @throws halfstep.text.TokenizerException if a file cannot be read
   */
  public static Calibration mix(
      List<CalibrationSource> sources, Supplier<Tokenizer> tokenizer, int samples, int length) {
    if (sources.isEmpty() || samples < sources.size() || length < 1) {
      throw new JobException(
          "%d windows of %d tokens from %d texts: each text needs a window, each window a token"
              .formatted(samples, length, sources.size()));
    }
    int[] shares = CalibrationSource.shares(sources, samples);
    List<int[]> windows = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (int i = 0; i < shares.length; i++) {
      int wanted = Math.max(1, shares[i]);
      parts.add(new CalibrationReader(tokenizer, wanted, length).read(sources.get(i), windows));
    }
    return of(TokenWindows.of(windows), parts);
  }

  /**
   * Reads one text; see {@link #mix}.
   *
   * @param samples at most this many windows are kept
   * @param length tokens per window
   */
  public static Calibration ofText(Path file, Tokenizer tokenizer, int samples, int length) {
    return mix(List.of(new CalibrationSource(file, 1)), () -> tokenizer, samples, length);
  }

  /**
   * Reads windows of token ids; see {@link halfstep.text.TokenFile}.
   *
   * @param samples at most this many windows are kept
   */
  public static Calibration ofTokens(Path file, int samples) {
    Supplier<Tokenizer> none =
        () -> {
          throw new JobException("%s holds no token ids".formatted(file));
        };
    return mix(List.of(new CalibrationSource(file, 1)), none, samples, USUAL_LENGTH);
  }
}
