package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.Cluster;
import halfstep.job.JobException;
import halfstep.job.QuantizeJob;
import halfstep.job.Unfinished;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Rtn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.apache.spark.scheduler.SparkListenerTaskStart;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers of Spark's own; one of them is killed while it solves a share. */
@Timeout(120)
class LostExecutorTest {

  private static final int BLOCKS = 6;

  @TempDir private Path folder;

  /** Kills a worker when both solve a share, and counts tasks that ended with their executor. */
  private static final class Killer extends SparkListener {
    private final StandaloneCluster cluster;
    private final Set<String> busy = new HashSet<>();
    private final AtomicInteger lost;
    private boolean killed;

    Killer(StandaloneCluster cluster, AtomicInteger lost) {
      this.cluster = cluster;
      this.lost = lost;
    }

    @Override
    public void onTaskStart(SparkListenerTaskStart start) {
      busy.add(start.taskInfo().executorId());
      if (busy.size() == 2 && !killed) {
        cluster.kill(1);
        killed = true;
      }
    }

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      busy.remove(end.taskInfo().executorId());
      if (end.reason() instanceof ExecutorLostFailure) {
        lost.incrementAndGet();
      }
    }
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      try {
        Thread.sleep(5);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void aWorkerIsKilled() throws IOException {
    Path model = SmallModel.write(folder, 128, BLOCKS);
    QuantizeJob job =
        SmallModel.job(model, folder.resolve("alone"), Awq.DEFAULT).with(SmallModel.text(4, 256));
    job.run();
    Path home = Files.createDirectory(folder.resolve("home"));
    QuantizeJob shared = job.into(folder.resolve("shared"));
    AtomicInteger lost = new AtomicInteger();
    try (StandaloneCluster cluster = new StandaloneCluster(home, 2);
        JavaSparkContext spark =
            new JavaSparkContext(SparkProvider.conf(cluster.url(), StandaloneCluster.SETTINGS))) {
      spark.sc().addSparkListener(new Killer(cluster, lost));
      until(() -> spark.statusTracker().getExecutorInfos().length == 3); // the driver among them
      shared.on(new SparkCluster(spark, "")).run(Unfinished.REMOVED, (fraction, layer) -> {});
    }
    assertTrue(lost.get() > 0, "the killed worker had nothing to do");
    assertEquals(SmallModel.contents(job.out()), SmallModel.contents(shared.out()));
    try (Stream<Path> left = Files.list(folder)) {
      assertTrue(left.noneMatch(file -> file.toString().contains(".shared-")));
    }
  }

  @Test
  void noExecutorCanStart() throws IOException {
    Path model = SmallModel.write(folder, 64, 1);
    QuantizeJob job = SmallModel.job(model, folder.resolve("out"), new Rtn());
    Path home = Files.createDirectory(folder.resolve("home"));
    try (StandaloneCluster cluster = new StandaloneCluster(home, 1)) {
      Files.delete(home.resolve("jars")); // which a worker looks for before it starts an executor
      SparkProvider provider = new SparkProvider();
      try (Cluster spark = provider.connect(cluster.url(), "", StandaloneCluster.SETTINGS)) {
        QuantizeJob there = job.on(spark);
        JobException e =
            assertThrows(
                JobException.class, () -> there.run(Unfinished.REMOVED, (fraction, layer) -> {}));
        String why = String.valueOf(e.getMessage());
        String begin = "the Spark cluster %s ended this job: its workers".formatted(cluster.url());
        assertTrue(why.startsWith(begin), why);
        assertTrue(why.contains("stderr below each worker's --work-dir"), why);
      }
    }
  }
}
