package halfstep.kernel.widget;

import org.jspecify.annotations.Nullable;

/** A picture that can be replaced; its bytes travel as a binary buffer. */
public final class Picture extends Valued<byte[]> {

  /**
   * Makes a picture.
   *
   * @param format {@code png}, {@code jpeg} or {@code svg+xml}
   * @param bytes the file's content; not copied
   */
  public Picture(String format, byte[] bytes) {
    super("Image", "", "", "value");
    initially("format", format);
    initially("value", bytes);
    initially("width", "");
    initially("height", "");
  }

  @Override
  byte[] read(@Nullable Object raw) {
    return raw instanceof byte[] bytes ? bytes : new byte[0];
  }

  @Override
  public String toString() {
    return "Picture(%s, %d bytes)".formatted(get("format"), value().length);
  }
}
