package halfstep.eval;

import halfstep.llm.TokenWindows;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;

/** A stream of tokens cut into windows, with the predictions that each scores. */
final class Cut {

  /** Hexadecimal digits that tell texts apart. */
  private static final int DIGITS = 16;

  private final TokenWindows windows;
  private final List<Window> places;
  private final int[] starts;
  private final int tokens;
  private final String digest;

  /**
   * One window; it scores its rows from {@code firstScored} to the last but one.
   *
   * @param from its first token's place in the stream
   * @param length tokens
   * @param firstScored the first row whose prediction is scored
   * @param weight of each of its predictions in the mean
   */
  record Window(int from, int length, int firstScored, double weight) {
    int scored() {
      return length - 1 - firstScored;
    }

    int end() {
      return from + length;
    }
  }

  /**
   * @param stream not modified
   * @param places where its windows lie, at least one
   * @param bos stands in for the first token of each window
   */
  Cut(int[] stream, List<Window> places, OptionalInt bos) {
    this.places = List.copyOf(places);
    this.starts = new int[places.size() + 1];
    List<int[]> cut = new ArrayList<>();
    for (int w = 0; w < places.size(); w++) {
      Window place = places.get(w);
      int[] window = Arrays.copyOfRange(stream, place.from(), place.end());
      bos.ifPresent(token -> window[0] = token);
      cut.add(window);
      starts[w + 1] = starts[w] + place.scored();
    }
    this.windows = TokenWindows.of(cut);
    this.tokens = places.getLast().end();
    this.digest = digest(stream, tokens);
  }

  private static String digest(int[] stream, int tokens) {
    ByteBuffer bytes = ByteBuffer.allocate(Math.multiplyExact(tokens, Integer.BYTES));
    bytes.asIntBuffer().put(stream, 0, tokens);
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes.array());
      return HexFormat.of().formatHex(hash).substring(0, DIGITS);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  TokenWindows windows() {
    return windows;
  }

  int count() {
    return places.size();
  }

  Window place(int window) {
    return places.get(window);
  }

  /** Number of a window's first prediction among all; of {@link #count()}, their number. */
  int start(int window) {
    return starts[window];
  }

  int predictions() {
    return starts[count()];
  }

  Basis basis(Windowing windowing) {
    return new Basis(windowing, tokens, count(), predictions(), digest);
  }
}
