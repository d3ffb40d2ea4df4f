package halfstep.export;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What can be written. */
public enum ExportFormat {
  /** AutoAWQ's GEMM checkpoints, 4 bit. */
  AWQ("awq"),
  /** GPTQ, zeros stored less one. */
  GPTQ("gptq"),
  /** GPTQ, zeros as they are. */
  GPTQ_V2("gptq_v2"),
  /** hqq's encoded safetensors. */
  HQQ("hqq"),
  /** compressed-tensors, pack-quantized. */
  COMPRESSED_TENSORS("compressed-tensors"),
  /** GGUF version 3. */
  GGUF("gguf"),
  /** Dequantized safetensors, which load everywhere. */
  PLAIN("plain");

  private final String word;

  ExportFormat(String word) {
    this.word = word;
  }

  /** As users write it. */
  public String word() {
    return word;
  }

  /**
   * The format that a word names; {@code ct} and {@code safetensors} are understood, too.
   *
   * @throws IllegalArgumentException naming all, if there is none
   */
  public static ExportFormat of(String text) {
    String wanted = text.strip().toLowerCase(Locale.ROOT);
    return switch (wanted) {
      case "ct" -> COMPRESSED_TENSORS;
      case "safetensors" -> PLAIN;
      case "gptq-v2", "gptqv2" -> GPTQ_V2;
      default ->
          Arrays.stream(values())
              .filter(format -> format.word.equals(wanted))
              .findFirst()
              .orElseThrow(() ->
                  new IllegalArgumentException(
                      "there is no format \"%s\"; choose one of %s".formatted(text, words())));
    };
  }

  /** All words, for help and refusals. */
  public static String words() {
    return Arrays.stream(values()).map(ExportFormat::word).collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    return word;
  }
}
