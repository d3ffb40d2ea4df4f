package halfstep.eval;

import java.util.Arrays;
import java.util.List;

/**
 * How a text is read and which of its tokens are scored. Perplexities by different protocols are
 * different quantities: the published 5.47 and 5.12 of one model are the same model.
 */
public enum Protocol {

  /**
   * The papers' (GPTQ, AWQ): windows without overlap, each from empty context, every prediction
   * scored.
   */
  PAPERS("papers"),

  /**
   * That of llama.cpp's {@code llama-perplexity}: windows without overlap whose first token is
   * replaced by BOS if the tokenizer adds one; only the second half of each is scored, so that each
   * prediction has some context.
   */
  LLAMA_CPP("llama.cpp"),

  /**
   * That of HQQ's evaluation script: windows that overlap, each scoring the {@code stride} tokens
   * that no window scored before, down to the last token of the text. The mean of a window counts
   * for its scored tokens and the sum is divided by the length of the text, so the first window's
   * mean over {@code stride − 1} predictions counts {@code stride} times.
   */
  HQQ("hqq");

  private final String word;

  Protocol(String word) {
    this.word = word;
  }

  /** Its name in options and results. */
  public String word() {
    return word;
  }

  /** All names. */
  public static List<String> words() {
    return Arrays.stream(values()).map(Protocol::word).toList();
  }

  /**
   * The protocol of a name.
   *
   * @throws IllegalArgumentException naming those that exist
   */
  public static Protocol of(String word) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.word.equalsIgnoreCase(word))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "there is no protocol %s; choose one of %s"
                    .formatted(word, String.join(", ", words()))));
  }

  @Override
  public String toString() {
    return word;
  }
}
