package halfstep.spark;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.Cluster;
import halfstep.job.ClusterProvider;
import halfstep.job.JobException;
import halfstep.job.LayerFilter;
import halfstep.job.QuantizeJob;
import halfstep.job.StoppedJob;
import halfstep.job.Unfinished;
import halfstep.quant.Gptq;
import halfstep.quant.GroupSolution;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.AwqThen;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs on two executor threads of this process leave the bytes that they leave without Spark. */
class SparkClusterTest {

  private static final int BLOCKS = 3;

  @TempDir private static Path shelf;
  private static Path model = Path.of("");
  private static Cluster cluster;

  @TempDir private Path folder;

  @BeforeAll
  static void open() throws IOException {
    model = SmallModel.write(shelf, 64, BLOCKS);
    cluster = ClusterProvider.open("local[2]", "", Map.of("spark.app.name", "test"));
  }

  @AfterAll
  static void close() {
    cluster.close();
  }

  private void assertSame(QuantizeJob job) throws IOException {
    QuantizeJob alone = job.into(folder.resolve("alone"));
    QuantizeJob shared = job.into(folder.resolve("shared")).on(cluster);
    alone.run();
    shared.run();
    assertEquals(SmallModel.contents(alone.out()), SmallModel.contents(shared.out()));
    assertNothingElse(List.of("alone", "shared"));
  }

  private void assertNothingElse(List<String> names) throws IOException {
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(names, left.map(file -> "" + file.getFileName()).sorted().toList());
    }
  }

  private QuantizeJob job(QuantMethod method) {
    return SmallModel.job(model, folder.resolve("out"), method);
  }

  @Test
  void layersByThemselves() throws IOException {
    assertSame(job(Hqq.DEFAULT));
  }

  @Test
  void layersByThemselvesOnText() throws IOException {
    assertSame(job(new LeastSquares(3)).with(SmallModel.text(2, 40)));
  }

  @Test
  void blocksWithTheirScales() throws IOException {
    assertSame(job(Awq.DEFAULT).with(SmallModel.text(2, 40)));
  }

  @Test
  void blocksWithTheirHessians() throws IOException {
    Gptq reordered = new Gptq(32, 0.01, true, false, false, false);
    assertSame(job(reordered).with(SmallModel.text(3, 40)));
  }

  @Test
  void blocksByTwoMethods() throws IOException {
    assertSame(job(new AwqThen(Hqq.DEFAULT)).with(SmallModel.text(2, 40)));
  }

  /** What stopped on this machine goes on on the cluster. */
  @Test
  void goesOn() throws IOException {
    for (int stop : new int[] {1, 4, 9}) {
      QuantizeJob job = job(Awq.DEFAULT).with(SmallModel.text(2, 40));
      QuantizeJob whole = job.into(folder.resolve("whole" + stop));
      QuantizeJob stopped = job.into(folder.resolve("stopped" + stop));
      whole.run();
      int[] seen = new int[1];
      assertThrows(
          StoppedJob.class,
          () ->
              stopped.run(
                  Unfinished.KEPT,
                  (fraction, layer) -> {
                    if (!layer.isEmpty() && ++seen[0] == stop) {
                      throw new IllegalStateException("a power cut");
                    }
                  }));
      stopped.on(cluster).run(Unfinished.RESUMED, (fraction, layer) -> {});
      assertEquals(SmallModel.contents(whole.out()), SmallModel.contents(stopped.out()));
    }
  }

  /** An executor's refusal is the job's, in its own words, and comes at once. */
  @Test
  void refusals() throws IOException {
    Path spoilt = Files.createDirectory(folder.resolve("spoilt"));
    try (Stream<Path> files = Files.list(model)) {
      for (Path file : files.toList()) {
        Files.copy(file, spoilt.resolve("" + file.getFileName()));
      }
    }
    Path first = spoilt.resolve("model-00001-of-00002.safetensors");
    byte[] bytes = Files.readAllBytes(first);
    bytes[bytes.length - 1] = 0x7F; // bfloat16 7Fxx from 7F81 on is no number
    bytes[bytes.length - 2] = (byte) 0xFF;
    Files.write(first, bytes);
    QuantizeJob job = SmallModel.job(spoilt, folder.resolve("out"), Hqq.DEFAULT);
    String alone = assertThrows(RuntimeException.class, job::run).getMessage();
    JobException shared = assertThrows(JobException.class, () -> job.on(cluster).run());
    assertEquals(alone, shared.getMessage());
    assertNothingElse(List.of("spoilt"));
  }

  @Test
  void aSolverOfYourOwnStaysHere() {
    QuantMethod own = new QuantMethod.Custom("mine", (group, spec) -> refuse());
    JobException refusal = assertThrows(JobException.class, () -> job(own).on(cluster).run());
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("runs where it was made"),
        refusal::getMessage);
  }

  private static GroupSolution refuse() {
    throw new IllegalStateException("asked to solve");
  }

  @Test
  void oneLayer() throws IOException {
    assertSame(job(Hqq.DEFAULT).with(new LayerFilter(List.of("*.0.*.down_proj"), List.of())));
  }
}
