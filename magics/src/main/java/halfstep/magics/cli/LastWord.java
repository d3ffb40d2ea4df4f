package halfstep.magics.cli;

import java.io.PrintWriter;

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

  /** Nothing is under way any more. */
  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
