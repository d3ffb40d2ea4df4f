package halfstep.kernel.interrupt;

import halfstep.kernel.context.CellContext;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A cell while its thread runs. The thread is interrupted only inside the cell's own code: the
 * compiler reads its jars through channels that an interrupt would close for good.
 */
public final class RunningCell {

  private static final ThreadLocal<@Nullable RunningCell> OF_THREAD = new ThreadLocal<>();

  private final CellContext context;
  private final ThreadGroup group;
  private final Thread thread;
  private boolean interruptible;

  RunningCell(CellContext context, ThreadGroup group, Thread thread) {
    this.context = context;
    this.group = group;
    this.thread = thread;
  }

  void enter() {
    OF_THREAD.set(this);
    context.enter();
  }

  /**
   * Runs the cell's own code, which an interrupt may reach.
   *
   * @param work the code
   * @return what it returns
   * @throws CellStopped if the cell was stopped before the code ended
   * @throws Exception what it throws
   */
  public static <T extends @Nullable Object> T interruptible(Callable<T> work) throws Exception {
    RunningCell cell = OF_THREAD.get();
    return cell == null ? work.call() : cell.with(true, work);
  }

  /**
   * Runs the kernel's code in the midst of the cell's; an interrupt waits until it is done.
   *
   * @param work the code
   * @return what it returns
   * @throws Exception what it throws
   */
  public static <T extends @Nullable Object> T sheltered(Callable<T> work) throws Exception {
    RunningCell cell = OF_THREAD.get();
    return cell == null ? work.call() : cell.with(false, work);
  }

  private <T extends @Nullable Object> T with(boolean allow, Callable<T> work) throws Exception {
    boolean before = interruptible;
    boolean pending = set(allow);
    if (allow && context.stopped()) {
      set(before);
      throw new CellStopped();
    }
    try {
      T result = work.call();
      if (allow && context.stopped()) {
        // what the stopped code returns is half a result; a caller must not go on with it
        throw new CellStopped();
      }
      return result;
    } finally {
      set(before);
      if (before && (pending || context.stopped())) {
        thread.interrupt();
      }
    }
  }

  /** Opens or closes the door for interrupts and returns whether one was pending. */
  private synchronized boolean set(boolean allow) {
    interruptible = allow;
    return !allow && Thread.interrupted();
  }

  /** Stops the cell and the threads that it started. */
  synchronized void stop() {
    context.stop();
    StopSignal.raise();
    Thread[] threads = new Thread[group.activeCount() + 8];
    int count = group.enumerate(threads, true);
    for (int i = 0; i < count; i++) {
      if (threads[i] != thread || interruptible) {
        threads[i].interrupt();
      }
    }
  }
}
