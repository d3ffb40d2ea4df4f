package halfstep.magics.cli;

import java.io.PrintWriter;
import java.util.concurrent.locks.LockSupport;

/** A sentence for who ends the process with Ctrl-C while something is under way. */
final class LastWord implements AutoCloseable {

  private final Thread hook;

  private LastWord(Thread hook) {
    this.hook = hook;
  }

  static LastWord on(PrintWriter err, String sentence) {
    Thread hook = new Thread(() -> err.println("\nhalfstep: " + sentence), "last-word");
    Runtime.getRuntime().addShutdownHook(hook);
    return new LastWord(hook);
  }

  /**
   * Nothing is under way any more; or, if the process ends already, nothing more is said: what the
   * work met on its way out, such as a cluster that went first, is no failure.
   */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      while (true) {
        LockSupport.park(); // until the hooks are done, which ends this thread, too
      }
    }
  }
}
