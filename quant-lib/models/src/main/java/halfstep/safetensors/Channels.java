package halfstep.safetensors;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writing to files by position. */
public final class Channels {

  private Channels() {}

  /**
   * Writes all that remains in a buffer, in as many turns as the system takes.
   *
   * @param at position in the file of the first byte; the channel's own is not moved
   */
  public static void writeFully(FileChannel channel, ByteBuffer buffer, long at)
      throws IOException {
    long position = at;
    while (buffer.hasRemaining()) {
      position += channel.write(buffer, position);
    }
  }
}
