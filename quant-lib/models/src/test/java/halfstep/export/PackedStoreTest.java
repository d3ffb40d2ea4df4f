package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.JobException;
import halfstep.job.OutputFolder;
import halfstep.job.PowerCut;
import halfstep.job.QuantizeJob;
import halfstep.job.StoppedJob;
import halfstep.job.Unfinished;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Layers that go straight into a checkpoint: what an export of a run would have written. */
class PackedStoreTest {

  private static final int STOPS = 12;
  private static final int KILLS = 3;

  /** So few bytes that a layer's tensors lie in several files. */
  private static final Export.Settings SHARDS = Export.Settings.DEFAULT.withShardBytes(40_000);

  @TempDir private Path folder;

  private QuantizeJob quantizing(ExportFormat format, String out) {
    Path model = GoldenModels.folder("llama_gqa");
    QuantSpec spec = QuantSpec.of(4, 32);
    return format == ExportFormat.HQQ
        ? QuantizeJob.of(model, folder.resolve(out), spec, Hqq.DEFAULT)
        : QuantizeJob.of(model, folder.resolve(out), spec.with(ZeroPoint.INTEGER), new Rtn());
  }

  private ExportedJob job(ExportFormat format, String out) {
    return new ExportedJob(quantizing(format, out), format, SHARDS, Optional.empty(), 1);
  }

  /** By file name; of the manifest without the numbers that no two runs share. */
  private Map<String, Integer> contents(String out) throws IOException {
    Map<String, Integer> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder.resolve(out))) {
      for (Path file : files.toList()) {
        byte[] bytes = Files.readAllBytes(file);
        if (file.endsWith("manifest.json")) {
          String text = new String(bytes, StandardCharsets.UTF_8);
          bytes = text.replaceAll("\"seconds\" : [^,]*,", "").getBytes(StandardCharsets.UTF_8);
        }
        found.put(file.getFileName().toString(), Arrays.hashCode(bytes));
      }
    }
    return found;
  }

  private void remove(String out) throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(out))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder.resolve(out));
  }

  @ParameterizedTest
  @EnumSource(
      value = ExportFormat.class,
      names = {"HQQ", "AWQ", "GPTQ", "GPTQ_V2", "COMPRESSED_TENSORS"})
  void theFolderIsThatOfAnExportedRun(ExportFormat format) throws IOException {
    ExportedJob.Done done = job(format, "out").run((fraction, layer) -> {});
    quantizing(format, "run").run();
    ExportReport exported =
        new Export(folder.resolve("run"), folder.resolve("exported"), format, SHARDS).run();
    assertEquals(contents("exported"), contents("out"));
    assertTrue(contents("out").size() > 4, "files of 40 kB: " + contents("out").keySet());
    assertEquals(exported.readBack(), done.exported().readBack());
    assertEquals(folder.resolve("out"), done.exported().out());
  }

  @Test
  void anyPointOfDeathLeadsToTheSameFolder() throws IOException {
    job(ExportFormat.HQQ, "whole").run((fraction, layer) -> {});
    Map<String, Integer> whole = contents("whole");
    for (int stop = 0; stop < STOPS; stop++) {
      Random random = new Random(stop);
      stopAfter(job(ExportFormat.HQQ, "out"), random.nextInt(1, 15));
      mutilate(random);
      job(ExportFormat.HQQ, "out").run(Unfinished.RESUMED, (fraction, layer) -> {});
      assertEquals(whole, contents("out"), "stop " + stop);
      remove("out");
    }
    assertEquals(1, folder.toFile().list().length, "nothing else is left");
  }

  private static void stopAfter(ExportedJob job, int layers) {
    assertThrows(StoppedJob.class, () -> job.run(Unfinished.KEPT, PowerCut.after(layers)));
  }

  /** A log that is cut off, noise in the tensors, and a file that has its name already. */
  private void mutilate(Random random) throws IOException {
    Path kept = OutputFolder.kept(folder.resolve("out"));
    Path log = kept.resolve("work.log");
    int plan = Files.readString(log).indexOf('\n') + 1;
    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
      channel.truncate(random.nextLong(plan, Files.size(log) + 1));
    }
    try (Stream<Path> files = Files.list(kept)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".partial")).toList()) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          byte[] noise = new byte[random.nextInt(1, 500)];
          random.nextBytes(noise);
          channel.write(ByteBuffer.wrap(noise), random.nextLong(channel.size() - noise.length));
        }
        if (random.nextBoolean()) {
          String name = file.getFileName().toString();
          Files.move(file, kept.resolve(name.substring(1, name.length() - ".partial".length())));
        }
      }
    }
  }

  /** Exports, says each layer, and takes its time, so that it can be killed on its way. */
  public static void main(String[] arguments) {
    QuantizeJob job =
        QuantizeJob.of(
            Path.of(arguments[0]), Path.of(arguments[1]), QuantSpec.of(4, 32), Hqq.DEFAULT);
    new ExportedJob(job, ExportFormat.HQQ, SHARDS, Optional.empty(), 1)
        .run(
            Unfinished.RESUMED,
            (fraction, layer) -> {
              System.out.println(layer.isEmpty() ? "there" : layer);
              LockSupport.parkNanos(20_000_000);
            });
  }

  @Test
  void aKilledProcessIsGoneOnFrom() throws IOException, InterruptedException {
    job(ExportFormat.HQQ, "whole").run((fraction, layer) -> {});
    Map<String, Integer> whole = contents("whole");
    Random random = new Random(1);
    for (int kill = 0; kill < KILLS; kill++) {
      kill(random.nextInt(1, 12), random.nextInt(30));
      assertTrue(Files.exists(OutputFolder.kept(folder.resolve("out"))), "killed on its way");
      job(ExportFormat.HQQ, "out").run(Unfinished.RESUMED, (fraction, layer) -> {});
      assertEquals(whole, contents("out"), "kill " + kill);
      remove("out");
    }
    assertEquals(1, folder.toFile().list().length, "nothing else is left");
  }

  private void kill(int layers, int millis) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                PackedStoreTest.class.getName(),
                GoldenModels.folder("llama_gqa").toString(),
                folder.resolve("out").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader said = process.inputReader(StandardCharsets.UTF_8)) {
      for (int line = 0; line <= layers; line++) {
        assertTrue(said.readLine() != null, "it ended after " + line);
      }
      Thread.sleep(millis);
    } finally {
      process.destroyForcibly();
    }
    assertTrue(process.waitFor(20, TimeUnit.SECONDS));
  }

  @Test
  void whatIsDoneIsNotDoneAgain() {
    stopAfter(job(ExportFormat.HQQ, "out"), 9);
    int[] solved = new int[1];
    job(ExportFormat.HQQ, "out")
        .run(Unfinished.RESUMED, (fraction, layer) -> solved[0] += layer.isEmpty() ? 0 : 1);
    assertTrue(solved[0] <= 5, "layers solved again: " + solved[0]);
  }

  @Test
  void anotherFormatIsAnotherJob() {
    stopAfter(job(ExportFormat.AWQ, "out"), 4);
    String said =
        String.valueOf(
            assertThrows(
                    JobException.class,
                    () ->
                        job(ExportFormat.GPTQ, "out")
                            .run(Unfinished.RESUMED, (fraction, layer) -> {}))
                .getMessage());
    assertTrue(said.contains("export.format was awq and is gptq"), said);
  }

  @Test
  void aFailedJobLeavesNothing() {
    ExportedJob job = job(ExportFormat.HQQ, "out");
    assertThrows(IllegalStateException.class, () -> job.run(PowerCut.after(8)));
    assertEquals(List.of(), List.of(folder.toFile().list()));
    assertFalse(Files.exists(folder.resolve("out")));
  }
}
