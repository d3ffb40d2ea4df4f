package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class ClusterOptionsTest extends QuantizeFixture {

  private void assertSaid(String part) {
    assertTrue(err.toString().contains(part), err::toString);
    assertFalse(Files.exists(result()));
  }

  /** Spark is not among the commands' own jars. */
  @Test
  void noClusterWithoutItsModule() {
    assertEquals(1, run("--method", "rtn", "--master", "local[2]"));
    assertSaid("--master local[2] needs Halfstep's Spark module");
  }

  @Test
  void settingsOfNoCluster() {
    assertEquals(2, run("--method", "rtn", "--conf", "spark.executor.memory=2g"));
    assertSaid("name it with --master");
    assertEquals(2, run("--method", "rtn", "--shared", "/tmp"));
  }

  @Test
  void aClusterHasNoDevices() {
    assertEquals(2, run("--method", "rtn", "--master", "local[2]", "--device", "auto"));
    assertSaid("leave --device out");
  }
}
