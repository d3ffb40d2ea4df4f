package halfstep.kernel.interrupt;

import halfstep.kernel.context.CellContext;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/**
 * Runs cells, each on a thread of its own in a thread group of its own. The shell runs one at a
 * time; those of comms and subshells run beside it.
 */
public final class CellThreads {

  /** What was announced or runs; empty until its thread has begun. */
  private final Map<CellContext, Optional<RunningCell>> active = new IdentityHashMap<>();

  private volatile @Nullable ClassLoader loader;

  /**
   * Sets the context class loader of the cells to come.
   *
   * @param loader the one that knows the classes of cells
   */
  public void use(ClassLoader loader) {
    this.loader = loader;
  }

  /**
   * Announces a request, so that an interrupt that comes before it runs is not lost.
   *
   * @param context the request, to be given to {@link #run}
   */
  public synchronized void accept(CellContext context) {
    active.put(context, Optional.empty());
  }

  /**
   * Runs {@code work} for a request and waits for its end.
   *
   * @param context the request; the thread and those it starts inherit it
   * @param work what to do
   * @return what it returns
   * @throws ExecutionException if it throws
   */
  public <T extends @Nullable Object> T run(CellContext context, Callable<T> work)
      throws ExecutionException {
    begin(context);
    ThreadGroup group = new CellGroup();
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(group, () -> runOn(context, group, task), "cell");
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
    try {
      return task.get();
    } catch (InterruptedException e) {
      throw new IllegalStateException("the thread that waits for a cell is never interrupted", e);
    } finally {
      end(context);
    }
  }

  private synchronized void begin(CellContext context) {
    if (active.keySet().stream().noneMatch(c -> c != context && c.stopped())) {
      StopSignal.lower();
    }
    active.put(context, Optional.empty());
  }

  private synchronized void end(CellContext context) {
    active.remove(context);
  }

  /** Stops what runs or was announced; harmless when there is nothing. */
  public synchronized void interrupt() {
    // first the mark, then the look: a cell that begins in between finds the mark
    active.keySet().forEach(CellContext::stop);
    if (!active.isEmpty()) {
      StopSignal.raise();
    }
    active.values().forEach(cell -> cell.ifPresent(RunningCell::stop));
  }

  private void runOn(CellContext context, ThreadGroup group, FutureTask<?> task) {
    RunningCell cell = new RunningCell(context, group, Thread.currentThread());
    cell.enter();
    synchronized (this) {
      active.put(context, Optional.of(cell));
    }
    task.run();
  }

  /** A thread that a cell started and that ends because the cell was stopped is no news. */
  private static final class CellGroup extends ThreadGroup {

    CellGroup() {
      super("cell");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable thrown) {
      if (!(thrown instanceof CellStopped)) {
        super.uncaughtException(thread, thrown);
      }
    }
  }
}
