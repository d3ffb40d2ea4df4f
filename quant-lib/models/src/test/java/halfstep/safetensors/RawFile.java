package halfstep.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes safetensors files byte by byte, right or wrong. */
final class RawFile {

  private RawFile() {}

  /** A file of this header and as many data bytes, 1, 2, 3, … */
  static Path write(Path file, String header, int dataBytes) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    return write(file, json.length, json, dataBytes);
  }

  /** The same with a length that may lie. */
  static Path write(Path file, long length, byte[] json, int dataBytes) throws IOException {
    ByteBuffer buffer =
        ByteBuffer.allocate(8 + json.length + dataBytes).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(length).put(json);
    for (int i = 0; i < dataBytes; i++) {
      buffer.put((byte) (i + 1));
    }
    return Files.write(file, buffer.array());
  }
}
