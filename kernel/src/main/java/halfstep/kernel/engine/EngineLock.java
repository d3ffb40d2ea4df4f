package halfstep.kernel.engine;

import halfstep.kernel.spi.Refusal;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread at a time into JShell, but not while a cell's own code runs: then another thread
 * may compile and run.
 */
final class EngineLock {

  private final ReentrantLock lock = new ReentrantLock(true);

  /** Runs {@code work} inside. */
  <T extends @Nullable Object> T in(Callable<T> work) throws Exception {
    lock.lock();
    try {
      return work.call();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Runs {@code work}, which is JShell's and throws nothing checked, inside.
   *
   * @throws Refusal if the compiler or JShell fails: over some half-written sources their own
   *     assertions break or something is null, and nothing is broken afterwards
   */
  <T extends @Nullable Object> T asking(Supplier<T> work) {
    lock.lock();
    try {
      return work.get();
    } catch (InternalError | StackOverflowError | IllegalStateException | NullPointerException e) {
      throw new Refusal(
          "NotUnderstood",
          "the JDK's compiler fails on this source (%s); it may understand it when it is whole"
              .formatted(e.getClass().getSimpleName()),
          e);
    } finally {
      lock.unlock();
    }
  }

  /** Runs the code of a cell, outside, in the midst of work that is inside. */
  <T extends @Nullable Object> T outside(Callable<T> work) throws Exception {
    int depth = lock.getHoldCount();
    for (int i = 0; i < depth; i++) {
      lock.unlock();
    }
    try {
      return work.call();
    } finally {
      for (int i = 0; i < depth; i++) {
        lock.lock();
      }
    }
  }
}
