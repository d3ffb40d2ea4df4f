package halfstep.hub;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.hub.HubException.Reason;
import halfstep.safetensors.Names;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which files of a repository make a model. */
final class ModelFiles {

  static final String INDEX = "model.safetensors.index.json";
  private static final String CONFIG = "config.json";
  private static final String SINGLE = "model.safetensors";

  /** Wanted where they exist; weights come last, so that a wrong model is noticed early. */
  private static final List<String> SMALL =
      List.of(
          CONFIG,
          "generation_config.json",
          "tokenizer.json",
          "tokenizer_config.json",
          "special_tokens_map.json");

  private ModelFiles() {}

  /** Whether the index must be read before the weights are known. */
  static boolean needIndex(Collection<String> names) {
    return !names.contains(SINGLE) && names.contains(INDEX);
  }

  /**
   * Chooses.
   *
   * @param names all files of the repository
   * @param shards what the index names; empty if it is not needed
   * @throws HubException if there is no model of a kind that we read
   */
  static List<String> choose(Subject subject, Collection<String> names, Collection<String> shards) {
    if (!names.contains(CONFIG)) {
      throw new HubException(
          Reason.NOT_FOUND,
          "%s holds no %s, so it is no model in the layout of transformers%s"
              .formatted(subject, CONFIG, seen(names)));
    }
    List<String> chosen = new ArrayList<>(SMALL);
    chosen.retainAll(names);
    if (names.contains(SINGLE)) {
      chosen.add(SINGLE);
      return chosen;
    }
    if (!names.contains(INDEX)) {
      throw new HubException(
          Reason.NOT_FOUND,
          "%s holds neither %s nor %s%s; Halfstep reads safetensors and never pickles"
              .formatted(subject, SINGLE, INDEX, seen(names)));
    }
    for (String shard : shards) {
      if (!names.contains(shard)) {
        throw new HubException(
            Reason.NOT_FOUND,
            "%s: its %s names the shard %s, which the repository does not hold"
                .formatted(subject, INDEX, shard));
      }
    }
    chosen.add(INDEX);
    chosen.addAll(shards);
    return chosen;
  }

  private static String seen(Collection<String> names) {
    List<String> weights =
        names.stream().filter(name -> name.matches(".*\\.(bin|pt|pth|gguf|safetensors)")).toList();
    return weights.isEmpty()
        ? ""
        : "; its weights are %s"
            .formatted(String.join(", ", weights.subList(0, Math.min(3, weights.size()))));
  }

  /** The shards that an index names, in its order. */
  static Set<String> shards(Path index) {
    try {
      JsonNode map = JsonMapper.builder().build().readTree(Files.readAllBytes(index));
      Set<String> shards = new LinkedHashSet<>();
      map.path("weight_map").forEach(shard -> shards.add(shard.asText()));
      for (String shard : shards) {
        if (!Names.isPlainFile(shard)) {
          throw new HubException(
              Reason.CORRUPT,
              "%s names the shard \"%s\"; only files beside the index are fetched"
                  .formatted(index, shard));
        }
      }
      return shards;
    } catch (JsonProcessingException e) {
      throw new HubException(
          Reason.CORRUPT, "%s is no JSON: %s".formatted(index, e.getOriginalMessage()), e);
    } catch (IOException e) {
      throw new HubException(Reason.CACHE, "%s cannot be read".formatted(index), e);
    }
  }
}
