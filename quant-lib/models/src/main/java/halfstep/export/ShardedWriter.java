package halfstep.export;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A checkpoint in files of a largest size: {@code model.safetensors}, or {@code
 * model-00001-of-0000N.safetensors} with their index. A file is open from its first tensor to its
 * last.
 */
public final class ShardedWriter implements TensorSink, AutoCloseable {

  /** transformers refuses files that do not say so. */
  private static final Map<String, String> METADATA = Map.of("format", "pt");

  private final Path folder;
  private final List<List<TensorInfo>> shards;
  private final Map<String, Integer> shardOf = new LinkedHashMap<>();
  private final Map<Integer, SafetensorsWriter> open = new HashMap<>();
  private final Map<Integer, Integer> missing = new HashMap<>();
  private boolean kept;

  /**
   * @param tensors all that will be written; shards take them in this order
   * @param mostBytes of a shard; a tensor that is larger by itself gets one of its own
   */
  public ShardedWriter(Path folder, List<TensorInfo> tensors, long mostBytes) {
    this.folder = folder;
    this.shards = split(tensors, mostBytes);
    for (int shard = 0; shard < shards.size(); shard++) {
      for (TensorInfo info : shards.get(shard)) {
        shardOf.put(info.name(), shard);
      }
      missing.put(shard, shards.get(shard).size());
    }
  }

  /**
   * Goes on with what an earlier writer of this kind left in the folder, and leaves what it writes
   * to a later one. All files stay open until {@link #finish}.
   */
  static ShardedWriter keeping(Path folder, List<TensorInfo> tensors, long mostBytes) {
    ShardedWriter writer = new ShardedWriter(folder, tensors, mostBytes);
    writer.kept = true;
    for (int shard = 0; shard < writer.shards.size(); shard++) {
      SafetensorsWriter file =
          SafetensorsWriter.resume(writer.file(shard), writer.shards.get(shard), METADATA);
      file.keep();
      writer.open.put(shard, file);
    }
    return writer;
  }

  /** The files as they are called until they are finished, readable where they are written. */
  List<Path> unfinished() {
    return open.values().stream().map(SafetensorsWriter::reserve).toList();
  }

  /** Waits until what was written is on the disk. */
  void force() {
    open.values().forEach(SafetensorsWriter::force);
  }

  /** Counts tensors as written if what lies in all their places has these CRC-32C. */
  boolean accept(Map<String, Long> checksums) {
    Map<Integer, Map<String, Long>> byShard = new HashMap<>();
    checksums.forEach((tensor, sum) ->
        byShard.computeIfAbsent(shard(tensor), shard -> new HashMap<>()).put(tensor, sum));
    for (Map.Entry<Integer, Map<String, Long>> shard : byShard.entrySet()) {
      if (!file(shard).isIntact(shard.getValue())) {
        return false;
      }
    }
    for (Map.Entry<Integer, Map<String, Long>> shard : byShard.entrySet()) {
      file(shard).accept(shard.getValue());
      missing.merge(shard.getKey(), -shard.getValue().size(), Integer::sum);
    }
    return true;
  }

  private SafetensorsWriter file(Map.Entry<Integer, ?> shard) {
    return Objects.requireNonNull(open.get(shard.getKey()));
  }

  private static List<List<TensorInfo>> split(List<TensorInfo> tensors, long mostBytes) {
    List<List<TensorInfo>> shards = new ArrayList<>();
    List<TensorInfo> current = new ArrayList<>();
    long bytes = 0;
    for (TensorInfo info : tensors) {
      if (!current.isEmpty() && bytes + info.bytes() > mostBytes) {
        shards.add(current);
        current = new ArrayList<>();
        bytes = 0;
      }
      current.add(info);
      bytes += info.bytes();
    }
    shards.add(current);
    return shards;
  }

  @Override
  public void write(String tensor, MemorySegment bytes) {
    SafetensorsWriter writer = writer(tensor);
    writer.write(tensor, bytes);
    written(tensor);
  }

  /**
   * Takes a part of a tensor; parts come in order.
   *
   * @param offset of the part's first byte in the tensor
   */
  public void write(String tensor, long offset, MemorySegment bytes) {
    if (writer(tensor).write(tensor, offset, bytes)) {
      written(tensor);
    }
  }

  private SafetensorsWriter writer(String tensor) {
    return open.computeIfAbsent(
        shard(tensor), shard -> SafetensorsWriter.create(file(shard), shards.get(shard), METADATA));
  }

  private int shard(String tensor) {
    Integer shard = shardOf.get(tensor);
    if (shard == null) {
      throw new IllegalStateException("tensor %s was not declared".formatted(tensor));
    }
    return shard;
  }

  private void written(String tensor) {
    int shard = shard(tensor);
    if (missing.merge(shard, -1, Integer::sum) == 0 && !kept) {
      writer(tensor).finish();
      open.remove(shard);
    }
  }

  /** Writes the index, if there are several files. */
  public void finish() {
    if (kept) {
      open.values().forEach(SafetensorsWriter::finish);
      open.clear();
    }
    if (!open.isEmpty()) {
      throw new IllegalStateException("tensors are missing in " + open.keySet());
    }
    if (shards.size() == 1) {
      return;
    }
    JsonMapper json = JsonMapper.builder().build();
    ObjectNode root = json.createObjectNode();
    long bytes = shards.stream().flatMap(List::stream).mapToLong(TensorInfo::bytes).sum();
    root.putObject("metadata").put("total_size", bytes);
    ObjectNode map = root.putObject("weight_map");
    shardOf.forEach((tensor, shard) -> map.put(tensor, file(shard).getFileName().toString()));
    Path index = folder.resolve("model.safetensors.index.json");
    try {
      json.writerWithDefaultPrettyPrinter().writeValue(index.toFile(), root);
    } catch (IOException e) {
      throw new UncheckedIOException(index + " cannot be written", e);
    }
  }

  private Path file(int shard) {
    return folder.resolve(
        shards.size() == 1
            ? "model.safetensors"
            : "model-%05d-of-%05d.safetensors".formatted(shard + 1, shards.size()));
  }

  /** Removes what was not finished, unless it is to be kept. */
  @Override
  public void close() {
    open.values().forEach(SafetensorsWriter::close);
    open.clear();
  }
}
