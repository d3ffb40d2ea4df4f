package halfstep.spark;

import halfstep.job.Calibration;
import halfstep.job.JobException;
import halfstep.job.QuantizedLayer;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * One job's shares on their way: handed out a few ahead, collected in order. Spark gives a share
 * whose executor is lost to another one.
 */
final class Shares implements AutoCloseable {

  /** Shares handed out for each executor core, so that none waits for the driver. */
  private static final int AHEAD = 2;

  private final JavaSparkContext spark;
  private final String uri;
  private final SharedJob exchange;
  private final Set<String> done;
  private final Consumer<QuantizedLayer> sink;
  private final Queue<Running> running = new ArrayDeque<>();

  private record Running(Share share, JavaFutureAction<List<String>> result) {}

  /**
   * @param uri of the shared folder
   * @param done layers that are not handed on
   * @param sink takes the others in order, on the calling thread
   */
  Shares(
      JavaSparkContext spark,
      String uri,
      SharedJob exchange,
      Set<String> done,
      Consumer<QuantizedLayer> sink) {
    this.spark = spark;
    this.uri = uri;
    this.exchange = exchange;
    this.done = done;
    this.sink = sink;
    spark.setJobGroup(uri, "quantizing", true); // cancelled tasks are interrupted
  }

  /**
   * Runs the calibration text through the unmodified model and hands out each block that has a
   * layer left, with all its layers, which decide together.
   *
   * @param layers of the job
   */
  void blocks(Model model, Calibration calibration, List<String> layers) {
    HiddenStates states = model.embed(calibration.windows());
    int left = (int) layers.stream().filter(layer -> !done.contains(layer)).count();
    while (left > 0) {
      List<String> wanted = new ArrayList<>(model.layersOf(states.block()));
      wanted.retainAll(layers);
      int undone = (int) wanted.stream().filter(layer -> !done.contains(layer)).count();
      if (undone > 0) {
        exchange.write(states);
        handOut(new Share(wanted, states.block()));
      }
      left -= undone;
      if (left > 0) {
        states = model.next(states);
      }
    }
  }

  void handOut(Share share) {
    while (running.size() >= AHEAD * Math.max(1, spark.defaultParallelism())) {
      collect(running.remove());
    }
    SolveShare task = new SolveShare(uri, share.layers());
    running.add(
        new Running(share, spark.parallelize(List.of(share.block()), 1).map(task).collectAsync()));
  }

  void collectAll() {
    while (!running.isEmpty()) {
      collect(running.remove());
    }
  }

  private void collect(Running next) {
    await(next);
    for (String layer : next.share().layers()) {
      if (!done.contains(layer)) {
        sink.accept(exchange.layer(layer));
      }
      exchange.deleteLayer(layer);
    }
    if (next.share().block() != Share.NONE) {
      exchange.deleteEntrance(next.share().block());
    }
  }

  private static void await(Running next) {
    String first = next.share().layers().getFirst();
    try {
      String refusal = next.result().get().getFirst();
      if (!refusal.isEmpty()) {
        throw new JobException(refusal);
      }
    } catch (InterruptedException e) {
      next.result().cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedWork("waiting for " + first);
    } catch (ExecutionException e) {
      String why = String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
      throw new JobException("the cluster gave up on %s: %s".formatted(first, why));
    }
  }

  /** Stops what is still running. */
  @Override
  public void close() {
    running.forEach(left -> left.result().cancel(true));
    spark.clearJobGroup();
  }
}
