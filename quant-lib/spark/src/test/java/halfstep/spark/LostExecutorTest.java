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
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.spark.ExecutorLostFailure;
import org.apache.spark.SparkExecutorInfo;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerTaskEnd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A master and two workers of Spark's own; one of them is killed while it solves a share. */
@Timeout(300)
class LostExecutorTest {

  private static final int BLOCKS = 6;

  @TempDir private Path folder;

  /** Counts tasks that ended with their executor. */
  private static final class Lost extends SparkListener {
    private final AtomicInteger tasks = new AtomicInteger();

    @Override
    public void onTaskEnd(SparkListenerTaskEnd end) {
      if (end.reason() instanceof ExecutorLostFailure) {
        tasks.incrementAndGet();
      }
    }
  }

  private static boolean allBusy(JavaSparkContext spark, int executors) {
    SparkExecutorInfo[] infos = spark.statusTracker().getExecutorInfos(); // the driver among them
    return Arrays.stream(infos).filter(info -> info.numRunningTasks() > 0).count() == executors;
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
    Lost lost = new Lost();
    QuantizeJob shared = job.into(folder.resolve("shared"));
    try (StandaloneCluster cluster = new StandaloneCluster(home, 2);
        JavaSparkContext spark =
            new JavaSparkContext(SparkProvider.conf(cluster.url(), StandaloneCluster.SETTINGS))) {
      spark.sc().addSparkListener(lost);
      until(() -> spark.statusTracker().getExecutorInfos().length == 3);
      boolean[] killed = new boolean[1];
      shared
          .on(new SparkCluster(spark, ""))
          .run(
              Unfinished.REMOVED,
              (fraction, layer) -> {
                if (!layer.isEmpty() && !killed[0]) {
                  until(() -> allBusy(spark, 2));
                  cluster.kill(1);
                  killed[0] = true;
                }
              });
    }
    assertTrue(lost.tasks.get() > 0, "the killed worker had nothing to do");
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
