package halfstep.job;

import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Parallel;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Three stages, one layer in each: while a layer is solved on the calling thread, the next is read
 * and the one before is finished. No queue is longer than one, so memory is that of three layers.
 *
 * @param <W> what is read
 * @param <S> what is solved
 * @param <T> what is finished
 */
final class Pipeline<W, S, T> {

  /** Turns what was read into what is solved. */
  @FunctionalInterface
  interface Solve<W, S> {
    S solve(String layer, W read);
  }

  private final Function<String, W> read;
  private final Solve<W, S> solve;
  private final Function<S, T> finish;

  /**
   * @param read called one layer after the other on a thread of its own
   * @param solve called on the calling thread, so that its device is found
   * @param finish called one layer after the other on a thread of its own
   */
  Pipeline(Function<String, W> read, Solve<W, S> solve, Function<S, T> finish) {
    this.read = read;
    this.solve = solve;
    this.finish = finish;
  }

  /**
   * Does all layers in order. When this returns or throws, no stage is running any more; a layer
   * that was solved is finished unless the calling thread is interrupted.
   *
   * @param sink takes each on the calling thread
   * @throws InterruptedWork if the calling thread is interrupted
   */
  void run(List<String> layers, Consumer<T> sink) {
    ExecutorService reading = thread("halfstep-read");
    ExecutorService finishing = thread("halfstep-finish");
    try {
      run(layers, sink, reading, finishing);
    } finally {
      reading.shutdownNow();
      if (Thread.currentThread().isInterrupted()) {
        finishing.shutdownNow();
      }
      finishing.shutdown();
      await(reading);
      await(finishing);
    }
  }

  /** Its blocks must not wait behind the solver's, of which there is one after the other. */
  private static ExecutorService thread(String name) {
    return Executors.newSingleThreadExecutor(work -> Parallel.beside(work, name));
  }

  private void run(
      List<String> layers, Consumer<T> sink, ExecutorService reading, ExecutorService finishing) {
    @Nullable Future<T> behind = null;
    @Nullable Future<W> next = null;
    for (int i = 0; i < layers.size(); i++) {
      String layer = layers.get(i);
      W weight = next == null ? read.apply(layer) : got(next, layer);
      if (i + 1 < layers.size()) {
        String following = layers.get(i + 1);
        next = reading.submit(() -> read.apply(following));
      }
      S solved = solve.solve(layer, weight);
      if (behind != null) {
        sink.accept(got(behind, layer));
      }
      behind = finishing.submit(() -> finish.apply(solved));
    }
    if (behind != null) {
      sink.accept(got(behind, layers.getLast()));
    }
  }

  private static <R> R got(Future<R> future, String layer) {
    String what = "quantizing " + layer;
    Parallel.checkInterrupt(what);
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedWork(what);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException refusal -> throw refusal;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(what + " failed", e);
      }
    }
  }

  /** Waits to the end, however long a write takes; an interrupt is kept for who asks next. */
  private static void await(ExecutorService stage) {
    boolean interrupted = false;
    while (!stage.isTerminated()) {
      try {
        stage.awaitTermination(1, TimeUnit.DAYS);
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
