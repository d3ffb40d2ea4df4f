package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.Cluster;
import halfstep.job.ClusterProvider;
import halfstep.job.QuantizeJob;
import halfstep.job.Unfinished;
import halfstep.quant.QuantMethod.Awq;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A driver that ends on its way leaves what is done, and what it told its executors no longer. */
@Timeout(120)
class StoppedDriverTest {

  @TempDir private Path folder;
  private Path model = Path.of("");

  /** The driver: MODEL OUT. Says each layer that is done. */
  static final class Driver {

    private Driver() {}

    public static void main(String[] words) {
      try (Cluster cluster = ClusterProvider.open("local[1]", "", Map.of())) {
        job(Path.of(words[0]), Path.of(words[1]))
            .on(cluster)
            .run(Unfinished.KEPT, (fraction, layer) -> System.out.println(layer));
      }
    }
  }

  private static QuantizeJob job(Path model, Path out) {
    return SmallModel.job(model, out, Awq.DEFAULT).with(SmallModel.text(4, 256));
  }

  @BeforeEach
  void writeModel() throws IOException {
    model = SmallModel.write(folder, 64, 6);
  }

  private Process driver() throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--add-modules",
            "jdk.incubator.vector",
            "-cp",
            System.getProperty("java.class.path"),
            Driver.class.getName(),
            model.toString(),
            folder.resolve("out").toString())
        .redirectError(folder.resolve("said.txt").toFile())
        .start();
  }

  private List<String> shared() throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      return left.map(file -> "" + file.getFileName()).filter(n -> n.contains(".shared-")).toList();
    }
  }

  private void awaitLayer(Process driver) throws IOException {
    BufferedReader said = driver.inputReader();
    String line = said.readLine();
    while (line != null && line.isEmpty()) {
      line = said.readLine();
    }
    assertTrue(line != null, () -> "no layer before the driver ended: see said.txt");
  }

  private void assertGoesOn() throws IOException {
    assertTrue(Files.exists(folder.resolve(".out.partial")));
    job(model, folder.resolve("whole")).run();
    QuantizeJob stopped = job(model, folder.resolve("out"));
    try (Cluster cluster = ClusterProvider.open("local[1]", "", Map.of())) {
      stopped.on(cluster).run(Unfinished.RESUMED, (fraction, layer) -> {});
    }
    assertEquals(SmallModel.contents(folder.resolve("whole")), SmallModel.contents(stopped.out()));
    assertEquals(List.of(), shared());
  }

  /** SIGTERM, which takes the way of Ctrl-C. */
  @Test
  void toldToEnd() throws IOException, InterruptedException {
    Process driver = driver();
    awaitLayer(driver);
    driver.destroy();
    assertEquals(128 + 15, driver.waitFor());
    assertEquals(List.of(), shared());
    assertGoesOn();
  }

  /** SIGKILL: the next job for that folder removes what this one could not. */
  @Test
  void killed() throws IOException, InterruptedException {
    Process driver = driver();
    awaitLayer(driver);
    driver.destroyForcibly().waitFor();
    assertEquals(1, shared().size());
    assertGoesOn();
  }
}
