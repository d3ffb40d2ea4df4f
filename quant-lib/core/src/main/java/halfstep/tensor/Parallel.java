package halfstep.tensor;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Work split into numbered blocks over the processor's cores.
 *
 * <p>A block must depend on its number alone, so that results are the same for any number of
 * threads. The caller's interrupt flag is the cancel token: when it is set, the workers stop at
 * their next block and the caller gets an {@link InterruptedWork}.
 */
public final class Parallel {

  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors());
  private static final ExecutorService WORKERS =
      Executors.newFixedThreadPool(THREADS, Parallel::worker);

  /** For threads beside the main work: their blocks would wait behind its own, step by step. */
  private static final ExecutorService BESIDE =
      Executors.newFixedThreadPool(THREADS, Parallel::worker);

  private Parallel() {}

  /** One block of work. */
  @FunctionalInterface
  public interface Block {
    /** Does block number {@code index}. */
    void run(long index);
  }

  /**
   * Runs blocks 0 to {@code count − 1} and returns when all are done.
   *
   * @param what names the work in the interrupt's message
   * @throws InterruptedWork if the calling thread is interrupted
   */
  public static void blocks(long count, String what, Block block) {
    checkInterrupt(what); // workers may be done before anybody waits for them
    if (count == 1 || THREADS == 1 || isWorker()) {
      for (long i = 0; i < count; i++) {
        checkInterrupt(what);
        block.run(i);
      }
      return;
    }
    ExecutorService pool = Thread.currentThread() instanceof Beside ? BESIDE : WORKERS;
    AtomicLong next = new AtomicLong();
    List<Future<?>> running = new ArrayList<>();
    for (int t = 0; t < Math.min(THREADS, count); t++) {
      running.add(pool.submit(() -> drain(next, count, what, block)));
    }
    join(running, what);
  }

  /**
   * Stops here if the calling thread was interrupted.
   *
   * @throws InterruptedWork if so; the interrupt flag stays set for the callers above
   */
  public static void checkInterrupt(String what) {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedWork(what);
    }
  }

  private static void drain(AtomicLong next, long count, String what, Block block) {
    for (long i = next.getAndIncrement(); i < count; i = next.getAndIncrement()) {
      checkInterrupt(what);
      block.run(i);
    }
  }

  private static void join(List<Future<?>> running, String what) {
    try {
      for (Future<?> future : running) {
        future.get();
      }
    } catch (InterruptedException e) {
      running.forEach(future -> future.cancel(true));
      Thread.currentThread().interrupt();
      throw new InterruptedWork(what);
    } catch (ExecutionException e) {
      running.forEach(future -> future.cancel(true));
      throw e.getCause() instanceof RuntimeException refusal
          ? refusal
          : new IllegalStateException(what + " failed in a worker thread", e.getCause());
    }
  }

  private static boolean isWorker() {
    return Thread.currentThread() instanceof Worker;
  }

  private static Thread worker(Runnable work) {
    return new Worker(rootGroup(), work);
  }

  /**
   * A thread for work beside the main one, such as reading ahead; still to be started. Blocks that
   * it splits go to workers of their own and do not wait for those of other threads.
   *
   * @param name of the thread
   */
  public static Thread beside(Runnable work, String name) {
    return new Beside(rootGroup(), work, name);
  }

  /** Threads live in the root group: JShell waits for every thread started in a cell's group. */
  private static ThreadGroup rootGroup() {
    ThreadGroup group = Thread.currentThread().getThreadGroup();
    while (group.getParent() != null) {
      group = group.getParent();
    }
    return group;
  }

  private static final class Beside extends Thread {
    Beside(ThreadGroup group, Runnable work, String name) {
      super(group, work, name);
      setDaemon(true);
    }
  }

  private static final class Worker extends Thread {
    Worker(ThreadGroup group, Runnable work) {
      super(group, work, "halfstep-worker");
      setDaemon(true);
    }
  }
}
