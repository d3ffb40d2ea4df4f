package halfstep.kernel.output;

import halfstep.kernel.context.CellContext;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** What {@code System.out} and {@code System.err} write to while the kernel runs. */
public final class CapturedStream extends OutputStream {

  private final Publisher publisher;
  private final String name;
  private final PrintStream outside;

  private CapturedStream(Publisher publisher, String name, PrintStream outside) {
    this.publisher = publisher;
    this.name = name;
    this.outside = outside;
  }

  /**
   * Makes a stream whose text goes to the cell that the printing thread works for.
   *
   * @param publisher where the text goes
   * @param name {@code stdout} or {@code stderr}
   * @param outside takes what is printed before the first request
   * @return the stream, in UTF-8
   */
  public static PrintStream open(Publisher publisher, String name, PrintStream outside) {
    return new PrintStream(
        new CapturedStream(publisher, name, outside), false, StandardCharsets.UTF_8);
  }

  @Override
  public void write(int b) {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) {
    CellContext context = CellContext.current();
    if (context == null) {
      outside.write(bytes, offset, length);
    } else {
      publisher.write(context, name, bytes, offset, length);
    }
  }
}
