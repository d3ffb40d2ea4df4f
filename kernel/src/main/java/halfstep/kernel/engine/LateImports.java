package halfstep.kernel.engine;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/**
 * Imports that wait. Each costs a compiler that has just started some 20 ms, and a first cell needs
 * few or none of them; so they are evaluated when a snippet or a question needs a name that is not
 * there, or else as soon as nobody uses the engine. Every import of a whole package may wait: what
 * cells declare or import by name takes precedence over it whenever it comes.
 */
final class LateImports {

  private static final long IDLE_MILLIS = 200;

  private final Queue<String> waiting = new ArrayDeque<>();
  private final EngineLock lock;
  private final Evaluation evaluation;

  /** Evaluates one snippet; called inside the lock. */
  interface Evaluation {

    List<SnippetEvent> of(String source);
  }

  LateImports(EngineLock lock, Evaluation evaluation) {
    this.lock = lock;
    this.evaluation = evaluation;
  }

  /**
   * Lets imports wait.
   *
   * @param source import declarations, one a line
   */
  void add(String source) {
    lock.asking(() -> waiting.addAll(source.lines().filter(line -> !line.isBlank()).toList()));
  }

  /**
   * Evaluates all that wait; called inside the lock.
   *
   * @return false if none did
   */
  boolean bring() {
    if (waiting.isEmpty()) {
      return false;
    }
    while (!waiting.isEmpty()) {
      bringOne();
    }
    return true;
  }

  private boolean bringOne() {
    String source = waiting.remove();
    if (evaluation.of(source).getFirst().status() == Snippet.Status.REJECTED) {
      System.err.printf("\"%s\" does not compile, so cells go without it%n", source);
    }
    return !waiting.isEmpty();
  }

  /** Evaluates one after the other, each when the engine was not used for a while. */
  void bringWhenIdle() throws InterruptedException {
    boolean more = lock.asking(() -> !waiting.isEmpty());
    while (more) {
      long idle = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - lock.lastUse());
      if (idle < IDLE_MILLIS) {
        Thread.sleep(IDLE_MILLIS - idle);
      } else {
        more = lock.unnoticed(() -> !waiting.isEmpty() && bringOne());
      }
    }
  }
}
