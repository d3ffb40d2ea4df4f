package halfstep.magics.cli;

import halfstep.kernel.spi.Progress;
import java.io.PrintWriter;
import java.time.Duration;

/** Progress with the time left, on one line that changes; silent where stderr is no terminal. */
final class Meter implements AutoCloseable {

  private static final long NANOS_BETWEEN = 200_000_000;

  private final PrintWriter err;
  private final String work;
  private final boolean live;
  private final long start = System.nanoTime();
  private long shown = start;

  private Meter(PrintWriter err, String work, boolean live) {
    this.err = err;
    this.work = work;
    this.live = live;
  }

  static Meter on(PrintWriter err, String work) {
    boolean terminal = System.console() != null && System.console().isTerminal();
    return new Meter(err, work, terminal);
  }

  /** A meter for what tells its progress to a host. */
  static Progress progress(PrintWriter err, String title) {
    Meter meter = on(err, title);
    return new Progress() {
      @Override
      public void update(double fraction, String detail) {
        meter.update(fraction, detail);
      }

      @Override
      public void close() {
        meter.close();
      }
    };
  }

  void update(double share) {
    update(share, "");
  }

  /**
   * @param share done, 0 to 1
   * @param detail what is being done now
   */
  void update(double share, String detail) {
    long now = System.nanoTime();
    if (!live || now - shown < NANOS_BETWEEN) {
      return;
    }
    shown = now;
    Duration left = Duration.ofNanos((long) ((now - start) * (1 - share) / Math.max(share, 1e-6)));
    err.printf("\r\u001b[K%s %3.0f %%, %d s left  %s", work, 100 * share, left.toSeconds(), detail);
    err.flush();
  }

  @Override
  public void close() {
    if (live && shown != start) {
      err.print("\r\u001b[K");
      err.flush();
    }
  }
}
