package halfstep.spark;

import halfstep.job.Calibration;
import halfstep.job.Cluster;
import halfstep.job.JobException;
import halfstep.job.LayerSource;
import halfstep.job.OutputFolder;
import halfstep.job.QuantizeJob;
import halfstep.job.QuantizedLayer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
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
    } catch (IllegalStateException | JobException e) {
      throw spark.sc().isStopped() ? ended() : e;
    } finally {
      exchange.delete();
    }
  }

  /** What stopped Spark's context is only in its logs, which are the workers' and the master's. */
  private JobException ended() {
    return new JobException(
        ("the Spark cluster %s ended this job: its workers could not start executors (is their"
                + " SPARK_HOME right?), or its master is gone; what executors said is in the files"
                + " stderr below each worker's --work-dir")
            .formatted(spark.master()));
  }

  private String folder(QuantizeJob job) {
    Path out = job.out().toAbsolutePath().normalize();
    if (shared.isEmpty()) {
      removeLeft(out);
    }
    String beside = String.valueOf(out.resolveSibling("").toUri());
    return "%s/.%s.shared-%s"
        .formatted(
            (shared.isEmpty() ? beside : shared).replaceFirst("/+$", ""),
            out.getFileName(),
            OutputFolder.ofProcess());
  }

  /** Removes what drivers that were killed left beside a job's folder: nobody else would. */
  private static void removeLeft(Path out) {
    Pattern left =
        Pattern.compile(
            "\\.%s\\.shared-(\\d{1,18})-[0-9a-f]+"
                .formatted(Pattern.quote("" + out.getFileName())));
    try (Stream<Path> beside = Files.list(out.resolveSibling(""))) {
      for (Path entry : beside.toList()) {
        Matcher name = left.matcher("" + entry.getFileName());
        if (name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty()) {
          OutputFolder.remove(entry);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(out.resolveSibling("") + " cannot be read", e);
    }
  }

  @Override
  public void close() {
    spark.close();
  }
}
