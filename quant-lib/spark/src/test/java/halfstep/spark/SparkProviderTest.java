package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.ClusterProvider;
import halfstep.job.JobException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is no cluster is refused in a sentence, and at once: Spark alone tries for a minute. */
@Timeout(20)
class SparkProviderTest {

  private static String refusal(String master) {
    return String.valueOf(
        assertThrows(JobException.class, () -> ClusterProvider.open(master, "", Map.of()).close())
            .getMessage());
  }

  /** A port of this machine that nobody listens at. */
  private static int silentPort() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }

  @Test
  void nobodyListens() throws IOException {
    String master = "spark://127.0.0.1:%d".formatted(silentPort());
    assertEquals(
        "no Spark master listens at --master %s: Connection refused; start one there, or name another"
            .formatted(master),
        refusal(master));
    String standby = "%s,127.0.0.1:%d".formatted(master, silentPort());
    assertTrue(refusal(standby).contains(standby));
  }

  @Test
  void noSuchPlace() {
    assertTrue(
        refusal("spark://nowhere.invalid:7077").contains("there is no host nowhere.invalid"));
    assertTrue(refusal("spark://127.0.0.1:70770").contains("there is no port 70770"));
  }

  @Test
  void noUrlOfSpark() {
    assertTrue(refusal("spark://127.0.0.1").contains("--master spark://127.0.0.1: "));
    assertTrue(refusal("elsewhere").contains("--master elsewhere: "));
  }
}
