package halfstep.llm;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The architectures by the name in {@code model_type}, and what the name alone says: facts that
 * {@code config.json} does not spell out. Nothing but the reader of that file looks at it.
 */
enum Architecture {
  LLAMA(Window.NONE, false, false),
  MISTRAL(Window.ALWAYS, false, false),
  MIXTRAL(Window.ALWAYS, false, false),
  QWEN2(Window.IF_ASKED, true, false),
  QWEN3(Window.IF_ASKED, false, true);

  /** Which keys give a sliding window. */
  enum Window {
    /** None: all layers see all that precedes. */
    NONE,
    /** {@code sliding_window}, unless it is null. */
    ALWAYS,
    /** {@code sliding_window} if {@code use_sliding_window}, from {@code max_window_layers} on. */
    IF_ASKED
  }

  private final Window window;
  private final boolean biases;
  private final boolean normed;

  Architecture(Window window, boolean biases, boolean normed) {
    this.window = window;
    this.biases = biases;
    this.normed = normed;
  }

  Window window() {
    return window;
  }

  /** Whether q, k and v add a bias. */
  boolean biases() {
    return biases;
  }

  /** Whether queries and keys are normalized head by head. */
  boolean normed() {
    return normed;
  }

  /** Whether older files leave keys out and mean Llama's defaults; the others write all of them. */
  boolean hasDefaults() {
    return this == LLAMA;
  }

  boolean hasExperts() {
    return this == MIXTRAL;
  }

  String type() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Optional<Architecture> of(String type) {
    return Arrays.stream(values()).filter(known -> known.type().equals(type)).findFirst();
  }

  /** All names, for a refusal. */
  static String all() {
    return Arrays.stream(values()).map(Architecture::type).collect(Collectors.joining(", "));
  }
}
