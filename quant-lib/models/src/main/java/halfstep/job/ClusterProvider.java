package halfstep.job;

import java.util.Iterator;
import java.util.Map;
import java.util.ServiceLoader;

/** Opens clusters. Found by {@link ServiceLoader}: nothing here depends on how many machines. */
public interface ClusterProvider {

  /**
   * Connects.
   *
   * @param master where the cluster is: {@code local[4]}, {@code spark://host:7077}
   * @param shared a folder that every machine sees, or a URI of one; empty for the one that the
   *     job's output lies in
   * @param settings the cluster's own, by their own names
   * @throws JobException if there is no such cluster
   */
  Cluster connect(String master, String shared, Map<String, String> settings);

  /**
   * Connects by the provider on the class path.
   *
   * @throws JobException if there is none
   */
  static Cluster open(String master, String shared, Map<String, String> settings) {
    Iterator<ClusterProvider> found = ServiceLoader.load(ClusterProvider.class).iterator();
    if (!found.hasNext()) {
      throw new JobException(
          "--master %s needs Halfstep's Spark module, which is not on the class path; ./halfstep quantize builds and adds it, or run without --master on this machine"
              .formatted(master));
    }
    return found.next().connect(master, shared, settings);
  }
}
