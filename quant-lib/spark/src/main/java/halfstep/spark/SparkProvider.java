package halfstep.spark;

import halfstep.job.Cluster;
import halfstep.job.ClusterProvider;
import halfstep.job.JobException;
import java.util.Map;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/** Spark, if {@code --master} asks for it. */
public final class SparkProvider implements ClusterProvider {

  private static final String EXECUTOR_JAVA =
      "--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED";

  /** Called by {@link java.util.ServiceLoader}. */
  public SparkProvider() {}

  @Override
  public Cluster connect(String master, String shared, Map<String, String> settings) {
    Masters.requireListening(master);
    try {
      return new SparkCluster(new JavaSparkContext(conf(master, settings)), shared);
    } catch (Exception e) { // Spark's context throws what it met, undeclared
      throw new JobException(
          "no Spark cluster answers at --master %s: %s".formatted(master, e.getMessage()));
    }
  }

  /** What this driver and its executors are started with; {@code settings} win. */
  static SparkConf conf(String master, Map<String, String> settings) {
    SparkConf conf =
        new SparkConf()
            .setMaster(master)
            .setAppName("halfstep quantize")
            .set("spark.ui.enabled", "false")
            .set("spark.ui.showConsoleProgress", "false")
            .set("spark.executor.defaultJavaOptions", EXECUTOR_JAVA);
    settings.forEach(conf::set);
    return conf;
  }
}
