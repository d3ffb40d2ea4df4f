package halfstep.kernel.lineage;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.Locale;

/**
 * How large one display, or one message to a widget, may be. A notebook keeps its displays in one
 * JSON file, and a browser holds that file several times over: what is far larger ends the page,
 * and the notebook cannot be opened any more to remove it. Printed text has no bound; it goes out
 * in pieces.
 */
final class DisplayBound {

  /** The most bytes of text and binary parts in one message: 64 MiB. */
  static final long BYTES = 64L << 20;

  private static final double MIB = 1 << 20;

  private DisplayBound() {}

  /**
   * Returns {@code content} when it is small enough to be sent.
   *
   * @param what whose content it is, the first words of the refusal
   * @param content of a display or a comm's message; not modified
   * @param buffers binary parts that go along
   * @throws Refusal if its strings in UTF-8 and its buffers have more than {@link #BYTES} bytes
   */
  static JsonObject checked(String what, JsonObject content, List<byte[]> buffers) {
    long bytes = bytes(content);
    for (byte[] buffer : buffers) {
      bytes += buffer.length;
    }
    if (bytes > BYTES) {
      throw new Refusal(
          "TooLarge",
          String.format(
              Locale.ROOT,
              "%s of %.1f MiB is more than the %.0f MiB that a notebook takes at once; show a part"
                  + " of it, or write it to a file and show the file's name",
              what,
              bytes / MIB,
              BYTES / MIB),
          null);
    }
    return content;
  }

  private static long bytes(JsonElement element) {
    long bytes = 0;
    switch (element) {
      case JsonObject object -> {
        for (String key : object.keySet()) {
          bytes += bytes(object.get(key));
        }
      }
      case JsonArray array -> {
        for (JsonElement each : array) {
          bytes += bytes(each);
        }
      }
      case JsonPrimitive primitive when primitive.isString() ->
          bytes = utf8(primitive.getAsString());
      default -> bytes = 1; // a number or a truth value; only their multitude counts
    }
    return bytes;
  }

  /** Bytes of a text in UTF-8, without making them: half of a surrogate pair counts as two. */
  private static long utf8(String text) {
    long bytes = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        bytes += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return bytes;
  }
}
