package halfstep.llm;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.llm.ModelConfig.Attention;
import halfstep.llm.ModelConfig.Experts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads {@code config.json} and refuses by name whatever would change the forward pass unseen. */
final class ConfigReader {

  private final ConfigJson json;
  private final Architecture architecture;

  private ConfigReader(ConfigJson json) {
    this.json = json;
    String type = json.root().path("model_type").asText("");
    this.architecture =
        Architecture.of(type)
            .orElseThrow(() ->
                json.refusal(
                    "model type \"%s\" is not supported; supported are: %s"
                        .formatted(type, Architecture.all())));
  }

  static ModelConfig read(Path folder) {
    ConfigJson json = ConfigJson.open(folder.resolve("config.json"));
    ConfigReader reader = new ConfigReader(json);
    reader.requireSupported();
    return reader.config(reader.special(folder));
  }

  private ModelConfig config(SpecialTokens special) {
    int layers = json.positive("num_hidden_layers");
    return new ModelConfig(
        architecture.type(),
        json.positive("vocab_size"),
        json.positive("hidden_size"),
        json.positive("intermediate_size"),
        layers,
        attention(layers),
        RopeReader.read(json, architecture.hasDefaults()),
        experts(),
        (float) (has("rms_norm_eps") ? json.number(json.root(), "rms_norm_eps") : 1e-6),
        has("max_position_embeddings") ? json.positive("max_position_embeddings") : 2048,
        json.root().path("tie_word_embeddings").asBoolean(false),
        special);
  }

  /** Whether a key is there; only Llama's files may leave it out. */
  private boolean has(String key) {
    return !architecture.hasDefaults() || json.root().hasNonNull(key);
  }

  private Attention attention(int layers) {
    int hidden = json.positive("hidden_size");
    int heads = json.positive("num_attention_heads");
    boolean plain = architecture != Architecture.QWEN3 && !json.root().hasNonNull("head_dim");
    return new Attention(
        heads,
        has("num_key_value_heads") ? json.positive("num_key_value_heads") : heads,
        plain ? evenShare(hidden, heads) : json.positive("head_dim"),
        window(layers),
        architecture.biases(),
        architecture.normed());
  }

  private int evenShare(int hidden, int heads) {
    if (hidden % heads != 0) {
      throw json.refusal(
          "%d heads do not divide hidden_size %d, and head_dim is missing"
              .formatted(heads, hidden));
    }
    return hidden / heads;
  }

  private @Nullable Experts experts() {
    return architecture.hasExperts()
        ? new Experts(json.positive("num_local_experts"), json.positive("num_experts_per_tok"))
        : null;
  }

  private OptionalInt window(int layers) {
    boolean slides =
        switch (architecture.window()) {
          case NONE -> false;
          case ALWAYS -> slidesAlways();
          case IF_ASKED -> slidesIfAsked(layers);
        };
    if (slides != listedAsSliding(slides)) {
      throw json.refusal("layer_types and sliding_window contradict each other");
    }
    return slides ? OptionalInt.of(json.positive("sliding_window")) : OptionalInt.empty();
  }

  private boolean slidesAlways() {
    if (!json.root().has("sliding_window")) {
      throw json.refusal("sliding_window is missing; a number, or null for none, was expected");
    }
    return json.root().hasNonNull("sliding_window");
  }

  private boolean slidesIfAsked(int layers) {
    boolean asked =
        json.root().path("use_sliding_window").asBoolean(false)
            && json.root().hasNonNull("sliding_window");
    if (!asked) {
      return false;
    }
    int first = json.root().path("max_window_layers").asInt(layers);
    if (first > 0 && first < layers) {
      throw mixedLayers();
    }
    return first == 0;
  }

  /** What transformers 5 writes beside the older keys: one word per layer. */
  private boolean listedAsSliding(boolean otherwise) {
    Set<String> kinds = new HashSet<>();
    json.root().path("layer_types").forEach(kind -> kinds.add(kind.asText()));
    if (kinds.isEmpty()) {
      return otherwise;
    }
    if (kinds.size() > 1) {
      throw mixedLayers();
    }
    return kinds.contains("sliding_attention");
  }

  private ModelException mixedLayers() {
    return json.refusal(
        "some layers slide their window and others do not; one kind of attention in all layers is"
            + " supported");
  }

  private void requireSupported() {
    if (json.root().hasNonNull("quantization_config")) {
      throw json.refusal(
          "the model is already quantized (%s); open the original weights"
              .formatted(
                  json.root().path("quantization_config").path("quant_method").asText("unknown")));
    }
    requireOnly(json.root(), "hidden_act", "silu");
    requireOnly(json.root(), "attention_bias", "false");
    requireOnly(json.root(), "mlp_bias", "false");
    requireOnly(json.root(), "partial_rotary_factor", "1.0");
    requireOnly(json.root().path("rope_parameters"), "partial_rotary_factor", "1.0");
  }

  private void requireOnly(JsonNode node, String key, String supported) {
    JsonNode value = node.path(key);
    String came = value.isNumber() ? String.valueOf(value.asDouble()) : value.asText(supported);
    boolean same = came.equals(supported);
    if (node.hasNonNull(key) && !same) {
      throw json.refusal(
          "%s %s is not supported; only %s is".formatted(key, value.asText(), supported));
    }
  }

  /** A folder's {@code generation_config.json} knows better which tokens end a text. */
  private SpecialTokens special(Path folder) {
    Path generation = folder.resolve("generation_config.json");
    JsonNode end = json.root().path("eos_token_id");
    if (Files.isRegularFile(generation)) {
      JsonNode other = ConfigJson.open(generation).root().path("eos_token_id");
      end = other.isMissingNode() || other.isNull() ? end : other;
    }
    List<Integer> ends = new ArrayList<>();
    if (end.isArray()) {
      end.forEach(token -> ends.add(token.asInt()));
    } else if (end.canConvertToInt()) {
      ends.add(end.intValue());
    }
    JsonNode begin = json.root().path("bos_token_id");
    return new SpecialTokens(
        begin.canConvertToInt() ? OptionalInt.of(begin.intValue()) : OptionalInt.empty(), ends);
  }
}
