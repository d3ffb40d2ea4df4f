package halfstep.llm;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.llm.ModelConfig.RopeScaling;
import halfstep.llm.ModelConfig.Rotary;
import org.jspecify.annotations.Nullable;

/**
 * How positions turn queries and keys: {@code rope_theta} and {@code rope_scaling} as transformers
 * 4 writes them, or {@code rope_parameters} with both, as transformers 5 does.
 */
final class RopeReader {

  private static final double LLAMA_THETA = 10000;

  private final ConfigJson json;

  private RopeReader(ConfigJson json) {
    this.json = json;
  }

  /**
   * @param hasDefault whether theta may be left out
   */
  static Rotary read(ConfigJson json, boolean hasDefault) {
    RopeReader reader = new RopeReader(json);
    return new Rotary(reader.theta(hasDefault), reader.scaling());
  }

  private double theta(boolean hasDefault) {
    JsonNode parameters = json.root().path("rope_parameters");
    for (JsonNode part : parameters) {
      if (part.isObject()) {
        throw json.refusal(
            "rope_parameters differ from layer to layer; one set for all layers is supported");
      }
    }
    JsonNode place = parameters.has("rope_theta") ? parameters : json.root();
    return hasDefault && !place.has("rope_theta") ? LLAMA_THETA : json.number(place, "rope_theta");
  }

  private @Nullable RopeScaling scaling() {
    JsonNode root = json.root();
    JsonNode scaling =
        root.path(root.hasNonNull("rope_parameters") ? "rope_parameters" : "rope_scaling");
    String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
    return switch (type) {
      case "default" -> null;
      case "llama3" ->
          new RopeScaling(
              json.number(scaling, "factor"),
              json.number(scaling, "low_freq_factor"),
              json.number(scaling, "high_freq_factor"),
              json.positive(scaling, "original_max_position_embeddings"));
      default ->
          throw json.refusal(
              "rope scaling \"%s\" is not supported; supported are: default, llama3"
                  .formatted(type));
    };
  }
}
