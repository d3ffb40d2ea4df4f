package halfstep.kernel.input;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** An input stream that asks for a line whenever what it had is read. */
public final class AskedStream extends InputStream {

  private final Input input;
  private byte[] line = new byte[0];
  private int next;

  /**
   * Makes the stream.
   *
   * @param input whom to ask
   */
  public AskedStream(Input input) {
    this.input = input;
  }

  @Override
  public synchronized int read() {
    fill();
    return line[next++] & 0xff;
  }

  @Override
  public synchronized int read(byte[] target, int offset, int length) {
    if (length == 0) {
      return 0;
    }
    fill();
    int count = Math.min(length, available());
    System.arraycopy(line, next, target, offset, count);
    next += count;
    return count;
  }

  @Override
  public synchronized int available() {
    return line.length - next;
  }

  private void fill() {
    if (next == line.length) {
      line = (input.ask("", false) + "\n").getBytes(StandardCharsets.UTF_8);
      next = 0;
    }
  }
}
