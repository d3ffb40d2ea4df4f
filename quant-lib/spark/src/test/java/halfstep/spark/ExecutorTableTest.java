package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.job.QuantizeJob;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.api.java.JavaSparkContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The table of executors in docs/scale.md, with {@code -Dexecutors=print}: some minutes. */
@EnabledIfSystemProperty(named = "executors", matches = "print")
class ExecutorTableTest {

  private static final int BLOCKS = 12;
  private static final int RUNS = 3;

  @TempDir private Path folder;
  private final AtomicInteger runs = new AtomicInteger();

  private double median(QuantizeJob job, Map<String, String> expected) throws IOException {
    double[] seconds = new double[RUNS];
    for (int run = 0; run < RUNS; run++) {
      QuantizeJob next = job.into(folder.resolve("run" + runs.incrementAndGet()));
      seconds[run] = next.run().seconds();
      assertEquals(expected, SmallModel.contents(next.out()));
    }
    Arrays.sort(seconds);
    return seconds[RUNS / 2];
  }

  @Test
  void print() throws IOException, InterruptedException {
    Path model = SmallModel.write(folder, 256, BLOCKS);
    List<QuantMethod> methods = List.of(Hqq.DEFAULT, Gptq.DEFAULT, Awq.DEFAULT);
    Map<String, Map<String, String>> expected = new HashMap<>();
    for (QuantMethod method : methods) {
      QuantizeJob job = job(model, method).into(folder.resolve(method.label()));
      job.run();
      expected.put(method.label(), SmallModel.contents(job.out()));
    }
    for (int executors : new int[] {1, 2, 4}) {
      Path home = Files.createDirectory(folder.resolve("home" + executors));
      try (StandaloneCluster cluster = new StandaloneCluster(home, executors);
          JavaSparkContext spark =
              new JavaSparkContext(SparkProvider.conf(cluster.url(), StandaloneCluster.SETTINGS))) {
        while (spark.statusTracker().getExecutorInfos().length <= executors) {
          Thread.sleep(50);
        }
        for (QuantMethod method : methods) {
          QuantizeJob job = job(model, method).on(new SparkCluster(spark, ""));
          Map<String, String> bytes = expected.get(method.label());
          double seconds = median(job, bytes == null ? Map.of() : bytes);
          System.out.printf(
              Locale.ROOT, "%d executors, %s: %.1f s%n", executors, method.label(), seconds);
        }
      }
    }
  }

  private QuantizeJob job(Path model, QuantMethod method) {
    QuantizeJob job = SmallModel.job(model, folder.resolve("out"), method);
    return method instanceof QuantMethod.Calibrated ? job.with(SmallModel.text(8, 256)) : job;
  }
}
