package halfstep.testing;

import halfstep.tensor.Matrix;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A safetensors file of reference vectors among the test resources. Reads just what the scripts
 * beside the files write; the product's own reader lives in halfstep.safetensors.
 */
public final class Golden {

  private static final Pattern ENTRY =
      Pattern.compile(
          "\"([^\"]+)\":\\{\"dtype\":\"(\\w+)\",\"shape\":\\[([\\d,]*)\\],"
              + "\"data_offsets\":\\[(\\d+),(\\d+)\\]\\}");

  private record Entry(String dtype, long[] shape, int from, int to) {}

  private final String name;
  private final String header;
  private final ByteBuffer data;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private Golden(String name, byte[] bytes) {
    this.name = name;
    ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int length = Math.toIntExact(file.getLong());
    this.header = new String(bytes, 8, length, StandardCharsets.UTF_8);
    this.data = file.slice(8 + length, bytes.length - 8 - length).order(ByteOrder.LITTLE_ENDIAN);
    Matcher matcher = ENTRY.matcher(header);
    while (matcher.find()) {
      long[] shape =
          matcher.group(3).isEmpty()
              ? new long[0]
              : Arrays.stream(matcher.group(3).split(",")).mapToLong(Long::parseLong).toArray();
      entries.put(
          matcher.group(1),
          new Entry(
              matcher.group(2),
              shape,
              Integer.parseInt(matcher.group(4)),
              Integer.parseInt(matcher.group(5))));
    }
  }

  /** Opens {@code /golden/<path>.safetensors}. */
  public static Golden open(String path) {
    String resource = "/golden/" + path + ".safetensors";
    try (InputStream in = Golden.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalArgumentException("no golden file " + resource);
      }
      return new Golden(path, in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The file's name without its ending. */
  public String name() {
    return name;
  }

  /** The JSON header, for its metadata. */
  public String header() {
    return header;
  }

  /** All tensor names. */
  public Set<String> keys() {
    return entries.keySet();
  }

  /** The shape of a tensor. */
  public long[] shape(String key) {
    return entry(key).shape().clone();
  }

  /** A float32 matrix; a vector becomes one row. */
  public Matrix matrix(String key) {
    long[] shape = entry(key).shape();
    float[] values = floats(key);
    long cols = shape.length == 0 ? 1 : shape[shape.length - 1];
    return Matrix.of(values.length / cols, cols, values);
  }

  /** The elements of a float32, float16 or float64 tensor. */
  public float[] floats(String key) {
    double[] values = doubles(key);
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = (float) values[i];
    }
    return floats;
  }

  /** The elements of any tensor; integers are exact up to 2⁵³. */
  public double[] doubles(String key) {
    Entry entry = entry(key);
    int width =
        switch (entry.dtype()) {
          case "F64", "I64" -> 8;
          case "F32", "I32" -> 4;
          case "F16" -> 2;
          case "U8" -> 1;
          default -> throw new IllegalArgumentException(key + " is " + entry.dtype());
        };
    double[] values = new double[(entry.to() - entry.from()) / width];
    for (int i = 0; i < values.length; i++) {
      int at = entry.from() + i * width;
      values[i] =
          switch (entry.dtype()) {
            case "F64" -> data.getDouble(at);
            case "I64" -> data.getLong(at);
            case "F32" -> data.getFloat(at);
            case "I32" -> data.getInt(at);
            case "F16" -> Float.float16ToFloat(data.getShort(at));
            default -> Byte.toUnsignedInt(data.get(at));
          };
    }
    return values;
  }

  private Entry entry(String key) {
    Entry entry = entries.get(key);
    if (entry == null) {
      throw new IllegalArgumentException(name + " holds no " + key + "; it holds " + keys());
    }
    return entry;
  }
}
