package halfstep.export;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a GGUF header and believes nothing in it. */
final class GgufHeader {

  private static final int MAGIC = 0x46554747; // "GGUF"
  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfLong LONG =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final ValueLayout.OfShort SHORT =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  private static final int MOST_SIDES = 4;
  private static final int ARRAY = 9;

  private final Path path;
  private final MemorySegment file;
  private final Map<String, Object> metadata = new LinkedHashMap<>();
  private final Map<String, GgufTensor> tensors = new LinkedHashMap<>();
  private long at;
  private long dataStart;

  private GgufHeader(Path path, MemorySegment file) {
    this.path = path;
    this.file = file;
  }

  static GgufHeader read(Path path, MemorySegment file) {
    GgufHeader header = new GgufHeader(path, file);
    header.read();
    return header;
  }

  Map<String, Object> metadata() {
    return metadata;
  }

  Map<String, GgufTensor> tensors() {
    return tensors;
  }

  long dataStart() {
    return dataStart;
  }

  private void read() {
    if (file.byteSize() < 24 || i32() != MAGIC) {
      throw ExportException.ofFile(path, "it does not begin with GGUF; this is no GGUF file");
    }
    int version = i32();
    if (version != 2 && version != 3) {
      throw ExportException.ofFile(
          path, "GGUF version %d is not read; 2 and 3 are".formatted(version));
    }
    long tensorCount = count("tensors", 24);
    long valueCount = count("metadata values", 13);
    for (long i = 0; i < valueCount; i++) {
      String key = text();
      if (metadata.put(key, value(i32())) != null) {
        throw ExportException.ofFile(path, "metadata " + key + " is there twice");
      }
    }
    for (long i = 0; i < tensorCount; i++) {
      GgufTensor tensor = tensor();
      if (tensors.put(tensor.name(), tensor) != null) {
        throw ExportException.ofFile(path, "tensor " + tensor.name() + " is there twice");
      }
    }
    long alignment =
        metadata.get("general.alignment") instanceof Number n ? n.longValue() : GgufFile.ALIGNMENT;
    if (alignment < 1 || alignment > 1 << 20) {
      throw ExportException.ofFile(path, "an alignment of %d is no alignment".formatted(alignment));
    }
    dataStart = Math.ceilDiv(at, alignment) * alignment;
  }

  private GgufTensor tensor() {
    String name = text();
    int sides = i32();
    if (sides < 1 || sides > MOST_SIDES) {
      throw ExportException.ofFile(
          path, "tensor %s has %d sides, allowed are 1 to 4".formatted(name, sides));
    }
    List<Long> lengths = new ArrayList<>();
    long elements = 1;
    for (int i = 0; i < sides; i++) {
      long side = i64();
      if (side < 1 || side > (1L << 40) / elements) {
        throw ExportException.ofFile(
            path, "tensor %s has a side of %d; the file is corrupt".formatted(name, side));
      }
      elements *= side;
      lengths.add(side);
    }
    int type = i32();
    long offset = i64();
    if (offset < 0) {
      throw ExportException.ofFile(path, "tensor %s lies at %d".formatted(name, offset));
    }
    return new GgufTensor(name, lengths, type, offset);
  }

  /** A number of things that take at least so many bytes each. */
  private long count(String what, long leastBytes) {
    long count = i64();
    if (count < 0 || count > file.byteSize() / leastBytes + 1) {
      throw ExportException.ofFile(
          path,
          "it claims %s %s in %d bytes; it is cut off or corrupt"
              .formatted(Long.toUnsignedString(count), what, file.byteSize()));
    }
    return count;
  }

  private Object value(int type) {
    return switch (type) {
      case 0 -> Byte.toUnsignedInt(i8());
      case 1 -> (int) i8();
      case 2 -> Short.toUnsignedInt(i16());
      case 3 -> (int) i16();
      case 4 -> Integer.toUnsignedLong(i32());
      case 5 -> i32();
      case 6 -> Float.intBitsToFloat(i32());
      case 7 -> i8() != 0;
      case 8 -> text();
      case ARRAY -> array();
      case 10, 11 -> i64();
      case 12 -> Double.longBitsToDouble(i64());
      default ->
          throw ExportException.ofFile(
              path, "metadata of type %d do not exist; the file is corrupt".formatted(type));
    };
  }

  private List<Object> array() {
    int type = i32();
    if (type == ARRAY) {
      throw ExportException.ofFile(path, "it holds an array of arrays, which nothing writes");
    }
    long count = count("array elements", 1);
    List<Object> values = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      values.add(value(type));
    }
    return values;
  }

  private String text() {
    long length = i64();
    if (length < 0 || length > Integer.MAX_VALUE - 8) {
      throw cutOff(length);
    }
    byte[] bytes = new byte[(int) require(length)];
    MemorySegment.copy(file, ValueLayout.JAVA_BYTE, at, bytes, 0, bytes.length);
    at += length;
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private byte i8() {
    require(Byte.BYTES);
    return file.get(ValueLayout.JAVA_BYTE, at++);
  }

  private short i16() {
    require(Short.BYTES);
    at += Short.BYTES;
    return file.get(SHORT, at - Short.BYTES);
  }

  private int i32() {
    require(Integer.BYTES);
    at += Integer.BYTES;
    return file.get(INT, at - Integer.BYTES);
  }

  private long i64() {
    require(Long.BYTES);
    at += Long.BYTES;
    return file.get(LONG, at - Long.BYTES);
  }

  private long require(long bytes) {
    if (bytes > file.byteSize() - at) {
      throw cutOff(bytes);
    }
    return bytes;
  }

  private ExportException cutOff(long bytes) {
    return ExportException.ofFile(
        path,
        "its header wants %s bytes from byte %d on, but the file has %d; it is cut off or corrupt, fetch it again"
            .formatted(Long.toUnsignedString(bytes), at, file.byteSize()));
  }
}
