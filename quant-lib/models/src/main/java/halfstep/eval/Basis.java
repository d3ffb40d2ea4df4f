package halfstep.eval;

import java.util.List;
import java.util.Objects;

/**
 * What a figure rests on. Figures with unlike bases are not compared: they answer different
 * questions.
 *
 * @param windowing the protocol with its numbers
 * @param tokens of the text, from its first to the last that was read
 * @param windows how many were read
 * @param predictions how many were scored
 * @param digest tells the text's tokens from others: 16 digits of their SHA-256
 */
public record Basis(Windowing windowing, int tokens, int windows, int predictions, String digest) {

  /**
   * Refuses a figure that rests on something else.
   *
   * @throws IllegalArgumentException naming what differs
   */
  public void requireSame(Basis other) {
    if (windowing.protocol() != other.windowing.protocol()) {
      throw unlike("protocol", windowing.protocol(), other.windowing.protocol());
    }
    if (windowing.ctx() != other.windowing.ctx()) {
      throw unlike("ctx", windowing.ctx(), other.windowing.ctx());
    }
    if (windowing.stride() != other.windowing.stride()) {
      throw unlike("stride", windowing.stride(), other.windowing.stride());
    }
    if (!windowing.bos().equals(other.windowing.bos())) {
      throw unlike("BOS", windowing.bos(), other.windowing.bos());
    }
    if (tokens != other.tokens) {
      throw unlike("number of tokens", tokens, other.tokens);
    }
    if (!digest.equals(other.digest)) {
      throw unlike("text", digest, other.digest);
    }
  }

  /** Of several texts by one protocol, read one after another. */
  static Basis together(List<Basis> parts) {
    String digests = String.join("+", parts.stream().map(Basis::digest).toList());
    return new Basis(
        parts.getFirst().windowing,
        parts.stream().mapToInt(Basis::tokens).sum(),
        parts.stream().mapToInt(Basis::windows).sum(),
        parts.stream().mapToInt(Basis::predictions).sum(),
        digests);
  }

  private static IllegalArgumentException unlike(String what, Object ours, Object theirs) {
    return new IllegalArgumentException(
        "these results cannot be compared: their %s differs, %s and %s; evaluate both alike"
            .formatted(what, Objects.toString(ours), Objects.toString(theirs)));
  }

  /** For a sentence. */
  @Override
  public String toString() {
    return "%s, %d windows, %d predictions".formatted(windowing, windows, predictions);
  }
}
