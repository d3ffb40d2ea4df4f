package halfstep.llm;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A configuration file whose refusals name it. */
final class ConfigJson {

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final JsonNode root;

  private ConfigJson(Path file, JsonNode root) {
    this.file = file;
    this.root = root;
  }

  static ConfigJson open(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new ModelException(
          "%s is missing; a model folder holds config.json and model.safetensors".formatted(file));
    }
    try {
      return new ConfigJson(file, JSON.readTree(file.toFile()));
    } catch (IOException e) {
      throw new ModelException(
          "%s: it is no valid JSON, or a key stands in it twice".formatted(file), e);
    }
  }

  JsonNode root() {
    return root;
  }

  int positive(String key) {
    return positive(root, key);
  }

  int positive(JsonNode node, String key) {
    JsonNode value = node.path(key);
    if (!value.canConvertToInt() || value.intValue() < 1) {
      String came = value.isMissingNode() ? "missing" : value.toString();
      throw refusal("%s is %s; a positive number was expected".formatted(key, came));
    }
    return value.intValue();
  }

  double number(JsonNode node, String key) {
    if (!node.path(key).isNumber()) {
      throw refusal("%s is missing".formatted(key));
    }
    return node.get(key).asDouble();
  }

  ModelException refusal(String problem) {
    return new ModelException(file + ": " + problem);
  }
}
