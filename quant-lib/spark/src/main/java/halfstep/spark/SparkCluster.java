package halfstep.spark;

import halfstep.job.Calibration;
import halfstep.job.Cluster;
import halfstep.job.LayerSource;
import halfstep.job.QuantizeJob;
import halfstep.job.QuantizedLayer;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Layers solved by executors. The driver, alone, writes the job's folder; what it and the executors
 * tell one another lies in a folder that all of them see, and that goes when the work is done.
 */
final class SparkCluster implements Cluster {

  private final JavaSparkContext spark;
  private final String shared;

  /**
   * @param shared as {@link halfstep.job.ClusterProvider} says
   */
  SparkCluster(JavaSparkContext spark, String shared) {
    this.spark = spark;
    this.shared = shared;
  }

  @Override
  public void solve(
      QuantizeJob job, List<String> layers, Set<String> done, Consumer<QuantizedLayer> sink) {
    String uri = folder(job);
    SharedJob exchange = new SharedJob(SharedFolder.made(uri, spark.hadoopConfiguration()));
    try (Shares shares = new Shares(spark, uri, exchange, done, sink)) {
      exchange.write(job);
      LayerSource source = LayerSource.open(job.input());
      Calibration calibration = job.calibration();
      if (calibration == null) {
        List<String> left = layers.stream().filter(layer -> !done.contains(layer)).toList();
        Share.ofFiles(source, left, spark.defaultParallelism()).forEach(shares::handOut);
      } else {
        source.model().ifPresent(model -> shares.blocks(model, calibration, layers));
      }
      shares.collectAll();
    } finally {
      exchange.delete();
    }
  }

  private String folder(QuantizeJob job) {
    Path out = job.out().toAbsolutePath().normalize();
    String beside = String.valueOf(out.resolveSibling("").toUri());
    return "%s/.%s.shared-%s"
        .formatted(
            (shared.isEmpty() ? beside : shared).replaceFirst("/+$", ""),
            out.getFileName(),
            UUID.randomUUID());
  }

  @Override
  public void close() {
    spark.close();
  }
}
