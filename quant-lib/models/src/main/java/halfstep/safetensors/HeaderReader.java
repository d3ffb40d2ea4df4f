package halfstep.safetensors;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.safetensors.Header.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a header and believes nothing in it: eight bytes of length, JSON, then tensors that fill
 * the rest of the file without gap or overlap (reference: safetensors {@code README}, "Format").
 */
final class HeaderReader {

  /** The format's own limit. */
  private static final long MOST_HEADER_BYTES = 100_000_000;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION).build();

  private final Path file;
  private final long size;

  private HeaderReader(Path file, long size) {
    this.file = file;
    this.size = size;
  }

  static Header read(Path file, FileChannel channel) throws IOException {
    HeaderReader reader = new HeaderReader(file, channel.size());
    int length = reader.length(reader.bytes(channel, 0, (int) Math.min(Long.BYTES, reader.size)));
    return reader.header(reader.bytes(channel, Long.BYTES, length).array());
  }

  /** The length of a header whose first bytes came by another way. */
  static int length(Path file, byte[] first, long size) {
    return new HeaderReader(file, size).length(ByteBuffer.wrap(first));
  }

  /** A header whose bytes came by another way. */
  static Header parse(Path file, byte[] json, long size) {
    return new HeaderReader(file, size).header(json);
  }

  private int length(ByteBuffer first) {
    if (first.remaining() < Long.BYTES) {
      throw refusal("%d bytes are too few for a safetensors file".formatted(size));
    }
    long length = first.order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 2 || length > MOST_HEADER_BYTES) {
      throw refusal(
          "it claims a header of %s bytes, allowed are 2 to %d; this is no safetensors file"
              .formatted(Long.toUnsignedString(length), MOST_HEADER_BYTES));
    }
    if (length > size - Long.BYTES) {
      throw refusal(
          "it is cut off: the header should take %d bytes, but %d follow; fetch the file again"
              .formatted(length, size - Long.BYTES));
    }
    return (int) length;
  }

  private ByteBuffer bytes(FileChannel channel, long from, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(count);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw refusal("it ended while its header was read");
      }
    }
    return buffer.flip();
  }

  /** The format wants UTF-8 that begins with a brace; Jackson would also guess other encodings. */
  private Header header(byte[] json) {
    if (json.length < 2 || json[0] != '{' || json[1] == 0) {
      throw refusal("its header is no JSON object; this is no safetensors file");
    }
    try (JsonParser parser = JSON.createParser(json)) {
      return header(parser, Long.BYTES + json.length);
    } catch (JsonProcessingException e) {
      throw new SafetensorsException(
          file, "its header is no valid JSON: " + e.getOriginalMessage(), e);
    } catch (IOException e) {
      throw new SafetensorsException(file, "its header is no text: " + e.getMessage(), e);
    }
  }

  /**
   * One tensor at a time, so that a header of 100 MB does not become a tree of thirty times that.
   */
  private Header header(JsonParser parser, long dataStart) throws IOException {
    Map<String, Place> places = new LinkedHashMap<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    parser.nextToken(); // the brace
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      parser.nextToken();
      JsonNode value = JSON.readTree(parser);
      if (key.equals("__metadata__")) {
        readMetadata(value, metadata);
      } else {
        places.put(key, place(key, value, dataStart));
      }
    }
    if (parser.nextToken() != null) {
      throw refusal("its header is no valid JSON: something follows its end");
    }
    requireGapless(places.values(), dataStart);
    return new Header(places, metadata);
  }

  private void readMetadata(JsonNode node, Map<String, String> metadata) {
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      if (!entry.getValue().isTextual()) {
        throw refusal("its metadata %s is no text".formatted(entry.getKey()));
      }
      metadata.put(entry.getKey(), entry.getValue().textValue());
    }
  }

  private Place place(String name, JsonNode node, long dataStart) {
    String type = node.path("dtype").asText();
    DType dtype =
        DType.named(type)
            .orElseThrow(() -> tensor(name, "its dtype \"%s\" is unknown".formatted(type)));
    List<Long> shape = longs(name, node.path("shape"), "shape");
    List<Long> offsets = longs(name, node.path("data_offsets"), "data_offsets");
    if (offsets.size() != 2 || offsets.getFirst() > offsets.getLast()) {
      throw tensor(name, "data_offsets %s are no begin and end".formatted(offsets));
    }
    if (offsets.getLast() > size - dataStart) {
      throw tensor(
          name,
          "it should end at byte %d of the data, but the file holds %d: it is cut off or corrupt; fetch it again"
              .formatted(offsets.getLast(), size - dataStart));
    }
    TensorInfo info = new TensorInfo(name, dtype, shape);
    requireBytes(info, offsets.getLast() - offsets.getFirst());
    return new Place(info, dataStart + offsets.getFirst());
  }

  private List<Long> longs(String name, JsonNode node, String key) {
    if (!node.isArray()) {
      throw tensor(name, "its %s is missing".formatted(key));
    }
    List<Long> values = new ArrayList<>();
    for (JsonNode value : node) {
      if (!value.canConvertToExactIntegral() || !value.canConvertToLong() || value.asLong() < 0) {
        throw tensor(name, "%s %s holds %s, which is no size".formatted(key, node, value));
      }
      values.add(value.longValue());
    }
    return values;
  }

  private void requireBytes(TensorInfo info, long actual) {
    long expected;
    try {
      expected = info.bytes();
    } catch (ArithmeticException e) {
      throw new SafetensorsException(
          file, "tensor %s: a shape of %s overflows".formatted(info.name(), info.shape()), e);
    }
    if (expected != actual) {
      throw tensor(
          info.name(),
          "%s of %s take %d bytes, but its offsets span %d"
              .formatted(info.dtype(), info.shape(), expected, actual));
    }
  }

  private void requireGapless(Iterable<Place> places, long dataStart) {
    List<Place> byOffset = new ArrayList<>();
    places.forEach(byOffset::add);
    byOffset.sort(
        Comparator.comparingLong(Place::offset).thenComparingLong(place -> place.info().bytes()));
    long end = dataStart;
    String before = "the header";
    for (Place place : byOffset) {
      if (place.offset() != end) {
        String fault = place.offset() < end ? "overlaps" : "leaves a gap after";
        throw tensor(place.info().name(), "it %s %s".formatted(fault, before));
      }
      end = place.offset() + place.info().bytes();
      before = "tensor " + place.info().name();
    }
    if (end != size) {
      throw refusal("%d bytes follow the last tensor; the file is corrupt".formatted(size - end));
    }
  }

  private SafetensorsException refusal(String problem) {
    return new SafetensorsException(file, problem);
  }

  private SafetensorsException tensor(String name, String problem) {
    return SafetensorsException.ofTensor(file, name, problem);
  }
}
