package halfstep.kernel.lineage;

import halfstep.kernel.spi.Progress;
import java.io.PrintStream;
import java.util.Locale;

/**
 * Progress as lines of text, for kernels whose displays cannot be relied on: one line for each
 * tenth of the work, and none for work of less than a second.
 */
final class PrintedProgress implements Progress {

  private static final long SILENCE_NANOS = 1_000_000_000L;

  private final String title;
  private final PrintStream out;
  private final long started = System.nanoTime();
  private int tenths = -1;

  PrintedProgress(String title, PrintStream out) {
    this.title = title;
    this.out = out;
  }

  @Override
  public synchronized void update(double fraction, String detail) {
    int reached = (int) (Math.clamp(fraction, 0.0, 1.0) * 10);
    if (reached <= tenths || System.nanoTime() - started < SILENCE_NANOS) {
      return;
    }
    tenths = reached;
    out.printf(Locale.ROOT, "%s: %d %% %s%n", title, reached * 10, detail);
  }

  @Override
  public void close() {
    out.flush();
  }
}
