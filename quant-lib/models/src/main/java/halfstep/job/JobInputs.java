package halfstep.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The files that a job reads. They must not change while it runs, nor between two runs of it: that
 * is told by SHA-256 of each, in the plan where it was known when the job began, in a later line of
 * the log where it was not. A job that stopped before a file was hashed tells by CRC-32C of the
 * weights of each layer that it finished.
 */
final class JobInputs implements AutoCloseable {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String HASH = "sha256";
  private static final String WEIGHTS = "weights";

  /** Files up to this size are hashed before anything else, as they all were by other versions. */
  private static final long SMALL = 16 << 20;

  private final LayerSource source;
  private final double hashedPerRead;
  private final List<Path> files;
  private final InputStamps stamps;
  private final InputHashes hashes;
  private final Map<String, Long> weights = new ConcurrentHashMap<>();
  private final Set<Path> logged = new HashSet<>();

  private JobInputs(LayerSource source, List<String> layers, long small) {
    this.source = source;
    this.files = source.files();
    this.stamps = new InputStamps(files);
    this.hashes = new InputHashes(files, small);
    long read = layers.stream().mapToLong(source::bytes).sum();
    this.hashedPerRead = (double) hashes.later() / Math.max(1, read);
    // not all that are known by now: a small file may be hashed beside the work in no time
    logged.addAll(hashes.first());
  }

  /** Files that are hashed before anything else is done. */
  static JobInputs hashed(LayerSource source) {
    return new JobInputs(source, List.of(), Long.MAX_VALUE);
  }

  /**
   * Files of which the large ones are hashed while {@link #read} hears of their layers.
   *
   * @param layers that will be read
   */
  static JobInputs hashedBeside(LayerSource source, List<String> layers) {
    return hashedBeside(source, layers, SMALL);
  }

  /** The same with another size up to which a file counts as small. */
  static JobInputs hashedBeside(LayerSource source, List<String> layers, long small) {
    return new JobInputs(source, layers, small);
  }

  /** Each file, with its hash if it is known by now. */
  ArrayNode json() {
    ArrayNode inputs = JSON.createArrayNode();
    for (Path file : files) {
      ObjectNode input = inputs.addObject().put("file", HomePath.told(file));
      hashes.of(file).ifPresent(hash -> input.put(HASH, hash));
    }
    return inputs;
  }

  /**
   * Hears CRC-32C of what was read of a layer; on any thread. What lies between the layers is
   * hashed with them, so that nothing is left to hash when the last is read.
   */
  void read(String layer, long sum) {
    weights.put(layer, sum);
    hashes.read(Math.round(source.bytes(layer) * hashedPerRead));
  }

  /** Refuses a layer whose file is not what it was when the job began. */
  void requireUnchanged(String layer) {
    stamps.require(source.fileOf(layer));
  }

  /** Adds to a layer's line of the log what tells its file from another. */
  void log(String layer, ObjectNode line) {
    Long sum = weights.remove(layer);
    if (sum != null) {
      line.put(WEIGHTS, sum);
    }
    ObjectNode known = JSON.createObjectNode();
    for (Path file : files) {
      hashes
          .of(file)
          .filter(_ -> logged.add(file))
          .ifPresent(hash -> known.put(HomePath.told(file), hash));
    }
    if (!known.isEmpty()) {
      line.set(HASH, known);
    }
  }

  /**
   * In what a plan differs from that of an earlier run.
   *
   * @param entries the earlier run's log
   */
  List<String> differences(List<ObjectNode> entries, ObjectNode plan) {
    List<ObjectNode> layers = entries.subList(1, entries.size());
    ObjectNode before = entries.getFirst().deepCopy();
    Map<String, String> later = new HashMap<>();
    for (ObjectNode layer : layers) {
      layer
          .path(HASH)
          .properties()
          .forEach(hash -> later.put(hash.getKey(), hash.getValue().asText()));
    }
    Set<String> unhashed = new HashSet<>();
    for (JsonNode input : before.path("inputs")) {
      String file = input.path("file").asText();
      if (!input.has(HASH) && input instanceof ObjectNode object) {
        String hash = later.get(file);
        if (hash == null) {
          unhashed.add(file);
        } else {
          object.put(HASH, hash);
        }
      }
    }
    List<String> found =
        new ArrayList<>(Differences.between(before, withoutHashes(plan, unhashed)));
    if (found.isEmpty()) {
      layers.stream()
          .filter(layer -> isOther(layer, unhashed))
          .forEach(layer ->
              found.add("the weights of %s were others".formatted(layer.path("layer").asText())));
    }
    return found;
  }

  private static ObjectNode withoutHashes(ObjectNode plan, Set<String> files) {
    ObjectNode without = plan.deepCopy();
    for (JsonNode input : without.path("inputs")) {
      if (files.contains(input.path("file").asText()) && input instanceof ObjectNode object) {
        object.remove(HASH);
      }
    }
    return without;
  }

  /** Reads a layer of a file whose hash nobody knows and compares its weights with the log. */
  private boolean isOther(ObjectNode entry, Set<String> unhashed) {
    String layer = entry.path("layer").asText();
    if (!unhashed.contains(HomePath.told(source.fileOf(layer)))) {
      return false;
    }
    Map<String, Long> found = new HashMap<>();
    new WeightReader(source, false, found::put).read(layer);
    return !Objects.equals(found.get(layer), entry.path(WEIGHTS).asLong(-1));
  }

  /**
   * Waits until all files are hashed.
   *
   * @throws JobException if one was written to since the job began
   */
  void complete() {
    hashes.complete();
    files.forEach(stamps::require);
  }

  /** Stops hashing. */
  @Override
  public void close() {
    hashes.close();
  }
}
