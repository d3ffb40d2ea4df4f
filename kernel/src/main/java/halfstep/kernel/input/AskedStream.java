package halfstep.kernel.input;

import halfstep.kernel.context.CellContext;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * An input stream that asks for a line whenever what it had is read. A cell never reads what
 * another was told.
 */
public final class AskedStream extends InputStream {

  private final Input input;
  private byte[] line = new byte[0];
  private int next;
  private @Nullable CellContext asked;

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
    CellContext current = CellContext.current();
    if (next == line.length || asked != current) {
      asked = current;
      next = line.length;
      line = (input.ask("", false) + "\n").getBytes(StandardCharsets.UTF_8);
      next = 0;
    }
  }
}
