package halfstep.magics.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What Ctrl-C and SIGTERM do to long work: the thread that began it is interrupted, shows what it
 * has, and only then the process ends, with the signal's own status (130 or 143).
 */
final class Stopping implements AutoCloseable {

  /** How long the work may take to show what it has. */
  private static final long MOST_SECONDS = 10;

  private final Thread worker = Thread.currentThread();
  private final CountDownLatch shown = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "halfstep-stopping");

  /** From now on, until {@link #close}, a signal interrupts the thread that made this. */
  void begin() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** What the process does before it ends. */
  void stop() {
    worker.interrupt();
    try {
      if (!shown.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("halfstep: the work did not stop; what it had is lost");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    shown.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // the process ends already: the hook is what ends it
    }
  }
}
