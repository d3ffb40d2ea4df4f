package halfstep.safetensors;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the tensors of a file that is to be written lie: by falling width, then by name, so that
 * the same content gives the same bytes, and readers that view a mapped file as typed memory find
 * it aligned.
 */
final class FileLayout {

  private final Map<String, Header.Place> places = new LinkedHashMap<>();
  private final byte[] header;
  private final long end;

  /**
   * @param target names the file in refusals
   * @throws SafetensorsException if two tensors share a name
   */
  FileLayout(Path target, List<TensorInfo> tensors, Map<String, String> metadata) {
    List<TensorInfo> ordered = new ArrayList<>(tensors);
    ordered.sort(
        Comparator.comparingInt((TensorInfo t) -> -t.dtype().bits())
            .thenComparing(TensorInfo::name));
    this.header = header(ordered, metadata);
    long offset = header.length;
    for (TensorInfo info : ordered) {
      if (places.put(info.name(), new Header.Place(info, offset)) != null) {
        throw SafetensorsException.ofTensor(target, info.name(), "it is declared twice");
      }
      offset += info.bytes();
    }
    this.end = offset;
  }

  private static byte[] header(List<TensorInfo> ordered, Map<String, String> metadata) {
    ObjectNode root = JsonMapper.builder().build().createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode texts = root.putObject("__metadata__");
      new TreeMap<>(metadata).forEach(texts::put);
    }
    long end = 0;
    for (TensorInfo info : ordered) {
      ObjectNode node = root.putObject(info.name()).put("dtype", info.dtype().name());
      info.shape().forEach(node.putArray("shape")::add);
      node.putArray("data_offsets").add(end).add(end + info.bytes());
      end += info.bytes();
    }
    return padded(root.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Behind its length, padded with spaces to a multiple of eight, as the reference writer does. */
  private static byte[] padded(byte[] json) {
    int length = Math.ceilDiv(json.length, 8) * 8;
    ByteBuffer buffer = ByteBuffer.allocate(Long.BYTES + length).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length).put(json);
    while (buffer.hasRemaining()) {
      buffer.put((byte) ' ');
    }
    return buffer.array();
  }

  /** The file's first bytes; not to be modified. */
  byte[] header() {
    return header;
  }

  /** How long the file will be. */
  long end() {
    return end;
  }

  /** Names of all tensors, in the order in which they lie. */
  Set<String> names() {
    return places.keySet();
  }

  /** Where a tensor lies, or null if it was not declared. */
  Header.@Nullable Place find(String name) {
    return places.get(name);
  }
}
