package halfstep.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.llm.LlamaConfig.RopeScaling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code config.json} and refuses by name whatever would change the forward pass unseen. */
final class ConfigReader {

  private static final List<String> SUPPORTED = List.of("llama");

  private final Path file;
  private final JsonNode root;

  private ConfigReader(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static ConfigReader open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "%s is missing; a model folder holds config.json and model.safetensors".formatted(file));
    }
    try {
      return new ConfigReader(file, JsonMapper.builder().build().readTree(file.toFile()));
    } catch (IOException e) {
      throw new ModelException(file + ": it is no valid JSON", e);
    }
  }

  LlamaConfig llama() {
    requireSupported();
    int hidden = positive(root, "hidden_size");
    int heads = positive(root, "num_attention_heads");
    return new LlamaConfig(
        positive(root, "vocab_size"),
        hidden,
        positive(root, "intermediate_size"),
        positive(root, "num_hidden_layers"),
        heads,
        positive(root, "num_key_value_heads", heads),
        positive(root, "head_dim", hidden / heads),
        (float) root.path("rms_norm_eps").asDouble(1e-6),
        positive(root, "max_position_embeddings", 2048),
        root.path("tie_word_embeddings").asBoolean(false),
        ropeTheta(),
        ropeScaling());
  }

  private void requireSupported() {
    String type = root.path("model_type").asText("");
    if (!SUPPORTED.contains(type)) {
      throw refusal(
          "model type \"%s\" is not supported; supported are: %s"
              .formatted(type, String.join(", ", SUPPORTED)));
    }
    if (root.hasNonNull("quantization_config")) {
      throw refusal(
          "the model is already quantized (%s); open the original weights"
              .formatted(root.path("quantization_config").path("quant_method").asText("unknown")));
    }
    requireDefault("hidden_act", "silu");
    requireDefault("attention_bias", "false");
    requireDefault("mlp_bias", "false");
    requireDefault("partial_rotary_factor", "1.0");
  }

  private void requireDefault(String key, String supported) {
    JsonNode value = root.path(key);
    boolean same =
        value.isNumber()
            ? value.asDouble() == Double.parseDouble(supported)
            : value.asText(supported).equals(supported);
    if (root.hasNonNull(key) && !same) {
      throw refusal("%s %s is not supported; only %s is".formatted(key, value.asText(), supported));
    }
  }

  /** transformers 5 moved it into rope_parameters. */
  private double ropeTheta() {
    return root.path("rope_parameters")
        .path("rope_theta")
        .asDouble(root.path("rope_theta").asDouble(10000));
  }

  private @Nullable RopeScaling ropeScaling() {
    JsonNode scaling =
        root.hasNonNull("rope_parameters")
            ? root.get("rope_parameters")
            : root.path("rope_scaling");
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> null;
      case "llama3" ->
          new RopeScaling(
              number(scaling, "factor"),
              number(scaling, "low_freq_factor"),
              number(scaling, "high_freq_factor"),
              positive(scaling, "original_max_position_embeddings"));
      default ->
          throw refusal(
              "rope scaling \"%s\" is not supported; supported are: default, llama3"
                  .formatted(type));
    };
  }

  private double number(JsonNode node, String key) {
    if (!node.path(key).isNumber()) {
      throw refusal("%s is missing".formatted(key));
    }
    return node.get(key).asDouble();
  }

  private int positive(JsonNode node, String key, int fallback) {
    return node.hasNonNull(key) ? positive(node, key) : fallback;
  }

  private int positive(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.canConvertToInt() || value.intValue() < 1) {
      String came = value.isMissingNode() ? "missing" : value.toString();
      throw refusal("%s is %s; a positive number was expected".formatted(key, came));
    }
    return value.intValue();
  }

  private ModelException refusal(String problem) {
    return new ModelException(file + ": " + problem);
  }
}
