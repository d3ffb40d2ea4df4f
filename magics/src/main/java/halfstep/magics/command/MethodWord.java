package halfstep.magics.command;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The methods as users write them. */
public enum MethodWord {
  /** Round to nearest. */
  RTN,
  /** Half-quadratic quantization. */
  HQQ,
  /** Activation-aware scales, then round to nearest. */
  AWQ;

  /** As it is written. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static MethodWord of(String word) {
    return Arrays.stream(values())
        .filter(method -> method.word().equals(word.toLowerCase(Locale.ROOT).strip()))
        .findFirst()
        .orElseThrow(() ->
            new UsageException(
                "method \"%s\" does not exist; nearest: %s (of %s)"
                    .formatted(
                        word,
                        Nearest.to(word, words(), 1).getFirst(),
                        String.join(", ", words()))));
  }

  static List<String> words() {
    return Arrays.stream(values()).map(MethodWord::word).toList();
  }
}
