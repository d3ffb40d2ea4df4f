package halfstep.magics.command;

import halfstep.quant.Bits;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The loaded model in one of its forms: {@code fp} for the weights as they are, or a method and a
 * width such as {@code hqq3} or {@code awq+hqq1.58}.
 *
 * @param text as it is written
 * @param quantized how the weights were made smaller; empty for {@code fp}
 */
public record ModelWord(String text, Optional<Quantized> quantized) {

  /** The weights as they are. */
  public static final ModelWord FULL = new ModelWord("fp", Optional.empty());

  private static final List<String> USUAL_BITS = List.of("4", "3", "2");

  /**
   * A method at a width.
   *
   * @param method ours, or a solver of the user's own by its variable
   */
  public record Quantized(MethodWord method, Bits bits) {}

  /**
   * Understands a word.
   *
   * @throws UsageException if it names neither {@code fp} nor a method and a width
   */
  public static ModelWord of(String word) {
    String written = word.strip();
    if (written.toLowerCase(Locale.ROOT).equals(FULL.text)) {
      return FULL;
    }
    String bits =
        Arrays.stream(Bits.values())
            .map(Bits::label)
            .filter(written::endsWith)
            .max(java.util.Comparator.comparingInt(String::length))
            .orElseThrow(() -> unknown(written));
    String method = written.substring(0, written.length() - bits.length());
    if (method.isEmpty()) {
      throw unknown(written);
    }
    return new ModelWord(written, Optional.of(new Quantized(MethodWord.of(method), Bits.of(bits))));
  }

  private static UsageException unknown(String word) {
    return new UsageException(
        "\"%s\" is no form of the model; use fp, or a method and its bits such as hqq3 or awq4"
            .formatted(word));
  }

  /** What Tab offers: {@code fp}, and every method at the usual widths. */
  static List<String> words() {
    return Stream.concat(
            Stream.of(FULL.text),
            MethodWord.words().stream()
                .flatMap(method -> USUAL_BITS.stream().map(bits -> method + bits)))
        .toList();
  }

  @Override
  public String toString() {
    return text;
  }
}
