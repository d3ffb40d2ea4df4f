package halfstep.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The index of a checkpoint in several files: tensor name → file in the same folder. */
final class ShardIndex {

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path index;
  private final Map<String, SafetensorsFile> open = new TreeMap<>();

  private ShardIndex(Path index) {
    this.index = index;
  }

  /** The file of each tensor, in the index's order. */
  static Map<String, SafetensorsFile> read(Path index) {
    return new ShardIndex(index).files(parse(index));
  }

  private static JsonNode parse(Path index) {
    try {
      JsonNode map = JSON.readTree(index.toFile()).path("weight_map");
      if (!map.isObject()) {
        throw new SafetensorsException(index, "it has no weight_map");
      }
      if (map.isEmpty()) {
        throw new SafetensorsException(index, "it places no tensor at all");
      }
      return map;
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(index, "it is no valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new SafetensorsException(index, "it cannot be read: " + e.getMessage(), e);
    }
  }

  private Map<String, SafetensorsFile> files(JsonNode map) {
    Map<String, SafetensorsFile> files = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : map.properties()) {
      if (!entry.getValue().isTextual()) {
        throw new SafetensorsException(
            index,
            "it places tensor %s in %s, which is no file name"
                .formatted(entry.getKey(), entry.getValue()));
      }
      SafetensorsFile shard = shard(entry.getKey(), entry.getValue().textValue());
      if (!shard.contains(entry.getKey())) {
        throw new SafetensorsException(
            index,
            "it places tensor %s in %s, which does not hold it"
                .formatted(entry.getKey(), shard.path().getFileName()));
      }
      files.put(entry.getKey(), shard);
    }
    return files;
  }

  private SafetensorsFile shard(String tensor, String name) {
    SafetensorsFile known = open.get(name);
    if (known != null) {
      return known;
    }
    Path path = beside(tensor, name);
    if (!Files.isRegularFile(path)) {
      throw new SafetensorsException(
          index,
          "shard %s, which should hold tensor %s, is missing; fetch it".formatted(name, tensor));
    }
    SafetensorsFile shard = SafetensorsFile.open(path);
    open.put(name, shard);
    return shard;
  }

  private Path beside(String tensor, String name) {
    try {
      if (Names.isPlainFile(name)) {
        return index.resolveSibling(name);
      }
    } catch (InvalidPathException e) {
      throw new SafetensorsException(index, "no file can be called \"%s\"".formatted(name), e);
    }
    throw new SafetensorsException(
        index,
        "it places tensor %s in \"%s\"; only files in the same folder are read"
            .formatted(tensor, name));
  }
}
