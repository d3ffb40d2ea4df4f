package halfstep.kernel.requests;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * A full collection once in a while, behind a cell's answer. The serial collector lets the old
 * generation grow up to the largest heap before it looks at it, and until then code stays in memory
 * that the JVM has compiled anew; after some hundred cells that is tens of megabytes.
 */
final class Tidying {

  private static final int CELLS = 150;

  /** Where more is in use, a collection takes seconds and saves little of it. */
  private static final long MOST_BYTES = 256L << 20;

  private final AtomicInteger cells = new AtomicInteger();

  /** Called after the answer to a cell was sent. */
  void afterCell() {
    Runtime runtime = Runtime.getRuntime();
    if (cells.incrementAndGet() % CELLS == 0
        && runtime.totalMemory() - runtime.freeMemory() < MOST_BYTES) {
      System.gc();
    }
  }
}
