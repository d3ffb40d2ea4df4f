package halfstep.kernel.output;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes of UTF-8 that wait to be sent as text. Not safe for several threads. */
final class TextBuffer {

  private static final int LONGEST_CHARACTER = 4;

  private byte[] bytes = new byte[4096];
  private int size;

  int size() {
    return size;
  }

  void append(byte[] source, int offset, int length) {
    if (size + length > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
    }
    System.arraycopy(source, offset, bytes, size, length);
    size += length;
  }

  /** Takes all text up to the last whole character; the bytes of a character that was cut stay. */
  String takeWholeCharacters() {
    return take(size - bytesOfCutCharacter());
  }

  /** Takes everything; a cut character becomes a replacement character. */
  String takeAll() {
    return take(size);
  }

  private String take(int count) {
    String text = new String(bytes, 0, count, StandardCharsets.UTF_8);
    System.arraycopy(bytes, count, bytes, 0, size - count);
    size -= count;
    return text;
  }

  private int bytesOfCutCharacter() {
    for (int back = 1; back < LONGEST_CHARACTER && back <= size; back++) {
      int b = bytes[size - back] & 0xff;
      if (b >= 0xc0) {
        int needed = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
        return needed > back ? back : 0;
      }
      if (b < 0x80) {
        return 0;
      }
    }
    return 0;
  }
}
