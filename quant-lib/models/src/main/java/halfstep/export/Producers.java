package halfstep.export;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What produces the channels that a layer reads and so can absorb their scales: a norm, or the
 * layer before. The names are those of the Llama family, mixtures of experts included.
 */
final class Producers {

  private static final Pattern LAYER =
      Pattern.compile("(model\\.layers\\.\\d+\\.)(.*?)([a-z0-9_]+)");

  private static final Map<String, String> LINEAR =
      Map.of("o_proj", "v_proj", "down_proj", "up_proj", "w2", "w3");

  private static final Map<String, String> NORM =
      Map.of(
          "q_proj", "input_layernorm",
          "k_proj", "input_layernorm",
          "v_proj", "input_layernorm",
          "gate_proj", "post_attention_layernorm",
          "up_proj", "post_attention_layernorm",
          "w1", "post_attention_layernorm",
          "w3", "post_attention_layernorm",
          "gate", "post_attention_layernorm");

  private Producers() {}

  /** The layer whose outputs are this layer's inputs one by one, or null. */
  static @Nullable String linear(String layer) {
    Matcher name = LAYER.matcher(layer);
    if (!name.matches()) {
      return null;
    }
    String before = LINEAR.get(name.group(3));
    return before == null ? null : name.group(1) + name.group(2) + before;
  }

  /** The norm whose output this layer reads, or null. */
  static @Nullable String norm(String layer) {
    Matcher name = LAYER.matcher(layer);
    if (!name.matches()) {
      return null;
    }
    String norm = NORM.get(name.group(3));
    return norm == null ? null : name.group(1) + norm;
  }
}
