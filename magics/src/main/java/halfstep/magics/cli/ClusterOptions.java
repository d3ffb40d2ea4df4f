package halfstep.magics.cli;

import halfstep.backend.DeviceChoice;
import halfstep.job.Cluster;
import halfstep.job.ClusterProvider;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where a job's layers are solved, if not in this process. */
final class ClusterOptions {

  @Option(
      names = "--master",
      paramLabel = "URL",
      description =
          "Solve the layers on a Spark cluster: local[N], local[*] or spark://HOST:PORT. Its"
              + " machines must see INPUT under the same path. The result is the same.")
  private @Nullable String master;

  @Option(
      names = "--shared",
      paramLabel = "URI",
      description =
          "A folder that all machines of the cluster see, on any file system Hadoop knows. Default:"
              + " beside DIR.")
  private String shared = "";

  @Option(
      names = "--conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark, such as spark.executor.memory=8g. Repeatable.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Spec(Spec.Target.MIXEE)
  private @Nullable CommandSpec command;

  /** Refuses words that do not go together. */
  void check(DeviceChoice device) {
    if (master == null && !(shared.isEmpty() && settings.isEmpty())) {
      refuse("--shared and --conf are a cluster's; name it with --master, or leave them out");
    }
    if (master != null && !device.equals(DeviceChoice.CPU)) {
      refuse(
          "--master solves on the cluster's processors, not on %s; leave --device out"
              .formatted(device));
    }
  }

  private void refuse(String sentence) {
    throw new ParameterException(Objects.requireNonNull(command).commandLine(), sentence);
  }

  /** Connects, if a cluster is asked for. */
  Optional<Cluster> open() {
    return master == null
        ? Optional.empty()
        : Optional.of(ClusterProvider.open(master, shared, settings));
  }
}
