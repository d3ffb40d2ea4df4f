package halfstep.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.job.QuantizeJob.Listener;
import halfstep.llm.GoldenModels;
import halfstep.quant.Gptq;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.InterruptedWork;
import halfstep.testing.Golden;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs that stop on their way, and go on to the folder that they would have made at once. */
class ResumeTest {

  /** Points at which a job dies in this process, and those at which a process is killed. */
  private static final int STOPS = 44;

  private static final int KILLS = 6;

  @TempDir private Path folder;
  private Path input = Path.of("");

  /** A copy that tests may change. */
  @BeforeEach
  void copyModel() throws IOException {
    input = Files.createDirectory(folder.resolve("model"));
    try (Stream<Path> files = Files.list(GoldenModels.folder("llama_gqa"))) {
      for (Path file : files.toList()) {
        Files.copy(file, input.resolve(file.getFileName().toString()));
      }
    }
  }

  private Path out() {
    return folder.resolve("out");
  }

  private Path kept() {
    return folder.resolve(".out.partial");
  }

  private QuantizeJob job() {
    return KilledJob.job(input, out());
  }

  /** Hash by file name; of the manifest without the one number that no two runs share. */
  private static Map<String, String> contents(Path folder) throws IOException {
    Map<String, String> found = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        String name = file.getFileName().toString();
        byte[] bytes = Files.readAllBytes(file);
        if (name.equals("manifest.json")) {
          String text = new String(bytes, StandardCharsets.UTF_8);
          bytes = text.replaceFirst("\"seconds\" : [^,]*,", "").getBytes(StandardCharsets.UTF_8);
        }
        found.put(name, Digests.sha256(bytes));
      }
    }
    return found;
  }

  private Map<String, String> uninterrupted(QuantizeJob job) throws IOException {
    QuantizeJob other = job.into(folder.resolve("whole"));
    other.run();
    return contents(other.out());
  }

  private static void stopAfter(QuantizeJob job, int layers) {
    assertThrows(StoppedJob.class, () -> job.run(Unfinished.KEPT, PowerCut.after(layers)));
  }

  private static int layersSolved(QuantizeJob job) {
    int[] seen = new int[1];
    job.run(Unfinished.RESUMED, (fraction, layer) -> seen[0] += layer.isEmpty() ? 0 : 1);
    return seen[0];
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }

  /**
   * What a dead process can leave is a log that is cut off somewhere, and anything at all in the
   * places of layers that are not in it; a dying disk also loses what is.
   */
  private void mutilate(Random random) throws IOException {
    Path log = kept().resolve(WorkLog.NAME);
    int plan = Files.readString(log).indexOf('\n') + 1;
    truncate(log, random.nextLong(plan, Files.size(log) + 1));
    Path tensors = kept().resolve(".quantized.safetensors.partial");
    try (FileChannel channel = FileChannel.open(tensors, StandardOpenOption.WRITE)) {
      for (int hole = random.nextInt(3); hole > 0; hole--) {
        byte[] noise = new byte[random.nextInt(1, 5000)];
        random.nextBytes(noise);
        channel.write(ByteBuffer.wrap(noise), random.nextLong(channel.size()));
      }
      if (random.nextInt(4) == 0) {
        channel.truncate(random.nextLong(channel.size()));
      }
    }
  }

  private static void truncate(Path file, long size) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(size);
    }
  }

  @Test
  void anyPointOfDeathLeadsToTheSameFolder() throws IOException {
    Map<String, String> whole = uninterrupted(job());
    assertEquals(3, whole.size(), whole::toString);
    for (int stop = 0; stop < STOPS; stop++) {
      Random random = new Random(stop);
      stopAfter(job(), random.nextInt(1, 15));
      mutilate(random);
      job().run(Unfinished.RESUMED, (fraction, layer) -> {});
      assertEquals(whole, contents(out()), "stop " + stop);
      assertFalse(Files.exists(kept()));
      remove(out());
    }
  }

  @Test
  void aKilledProcessIsGoneOnFrom() throws IOException, InterruptedException {
    Map<String, String> whole = uninterrupted(job());
    Random random = new Random(0);
    for (int kill = 0; kill < KILLS; kill++) {
      KilledJob.kill(input, out(), random.nextInt(13), Duration.ofMillis(random.nextLong(40)));
      job().run(Unfinished.RESUMED, (fraction, layer) -> {});
      assertEquals(whole, contents(out()), "kill " + kill);
      remove(out());
    }
  }

  @Test
  void killedAgainAndAgain() throws IOException, InterruptedException {
    for (int kill = 0; kill < 3; kill++) {
      KilledJob.kill(input, out(), 2, Duration.ZERO);
    }
    assertTrue(layersSolved(job()) <= 8, "what the killed ones did is not done again");
    assertEquals(uninterrupted(job()), contents(out()));
  }

  @Test
  void aFullDiskLosesNothing() throws IOException {
    Map<String, String> whole = uninterrupted(job());
    long bytes = Files.size(folder.resolve("whole").resolve("quantized.safetensors"));
    List<String> said = KilledJob.fill(input, out(), bytes * 6 / 10);
    String last = said.getLast();
    assertTrue(
        last.matches(
            ".*quantized\\.safetensors cannot be written: File too large\\. \\d+ of 14 layers are"
                + " done and kept in .*; remove the obstacle and go on with --resume"),
        said::toString);
    int done = Integer.parseInt(last.replaceFirst(".*large\\. (\\d+) of.*", "$1"));
    assertTrue(done > 0 && done < 14, said::toString);
    assertEquals(14 - done, layersSolved(job()));
    assertEquals(whole, contents(out()));
  }

  @Test
  void aDiskThatWasFullFromTheBeginning() throws IOException {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "no /dev/full here");
    Files.createDirectory(kept());
    Files.createSymbolicLink(kept().resolve(".quantized.safetensors.partial"), full);
    QuantizeJob job = job();
    UncheckedIOException refusal =
        assertThrows(
            UncheckedIOException.class, () -> job.run(Unfinished.KEPT, (fraction, layer) -> {}));
    assertEquals(
        "No space left on device", Objects.requireNonNull(refusal.getCause()).getMessage());
    assertFalse(Files.exists(kept()), "nothing was done, so nothing is kept");
  }

  @Test
  void calibratedMethodsGoOnInsideABlockAndBetweenTwo() throws IOException {
    Golden golden = Golden.open("awq/llama_gqa.g32.duo");
    Calibration data = Calibration.of(GoldenModels.windows(golden, "calib_ids"));
    QuantSpec spec = QuantSpec.of(4, 32).with(ZeroPoint.INTEGER);
    for (QuantMethod method : List.of(Awq.DEFAULT, Gptq.DEFAULT)) {
      QuantizeJob job = QuantizeJob.of(input, out(), spec, method).with(data).traced();
      Map<String, String> whole = uninterrupted(job);
      for (int layers : List.of(3, 7, 10)) {
        stopAfter(job, layers);
        assertEquals(14 - layers, layersSolved(job), method.label());
        assertEquals(whole, contents(out()), method.label() + " after " + layers);
        remove(out());
      }
      remove(folder.resolve("whole"));
    }
  }

  @Test
  void anInterruptedJobIsKept() throws IOException {
    QuantizeJob job = job();
    assertThrows(
        InterruptedWork.class,
        () -> job.run(Unfinished.KEPT, (fraction, layer) -> Thread.currentThread().interrupt()));
    assertTrue(Thread.interrupted());
    assertFalse(Files.exists(kept()), "before its first layer there is nothing to keep");
    assertThrows(
        InterruptedWork.class,
        () ->
            job.run(
                Unfinished.KEPT,
                (fraction, layer) -> {
                  if (!layer.isEmpty()) {
                    Thread.currentThread().interrupt();
                  }
                }));
    assertTrue(Thread.interrupted());
    assertTrue(layersSolved(job) < 14);
    assertEquals(uninterrupted(job), contents(out()));
  }

  @Test
  void anotherJobIsRefusedWithTheDifference() throws IOException {
    stopAfter(job(), 4);
    assertEquals(
        "an earlier job for %s stopped on its way; go on with --resume, or remove %s to begin anew"
            .formatted(out(), kept()),
        refusal(job(), Unfinished.KEPT));
    QuantSpec three = QuantSpec.of(3, 32);
    Hqq longer = new Hqq(Hqq.DEFAULT.lpNorm(), 10, 1.01f, 30, Hqq.DEFAULT.earlyStop());
    QuantizeJob other = QuantizeJob.of(input, out(), three, longer).traced();
    String said = refusal(other, Unfinished.RESUMED);
    assertTrue(said.contains("parameters.iterations was 20 and is 30"), said);
    assertTrue(said.contains("spec.bits was 4 and is 3"), said);
    QuantizeJob untraced = QuantizeJob.of(input, out(), QuantSpec.of(4, 32), Hqq.DEFAULT);
    said = refusal(untraced, Unfinished.RESUMED);
    assertTrue(said.contains("is another one: trace was true and is false;"), said);
    Path config = input.resolve("config.json");
    Files.writeString(config, Files.readString(config) + "\n");
    said = refusal(job(), Unfinished.RESUMED);
    assertTrue(said.contains("inputs[1].sha256 was "), said);
    assertTrue(Files.exists(kept()), "a refusal loses nothing");
  }

  private static String refusal(QuantizeJob job, Unfinished unfinished) {
    return String.valueOf(
        assertThrows(JobException.class, () -> job.run(unfinished, (fraction, layer) -> {}))
            .getMessage());
  }

  @Test
  void aFileThatChangesUnderneath() throws IOException {
    Map<String, String> whole = uninterrupted(job());
    Path file = input.resolve("model.safetensors");
    FileTime before = Files.getLastModifiedTime(file);
    FileTime later = FileTime.fromMillis(before.toMillis() + 5000);
    String said = stoppedAfter("0.mlp.down_proj", () -> touch(file, later));
    assertTrue(said.contains(file + " changed while the job ran: "), said);
    assertTrue(
        said.matches(".*put the old file back\\. [789] of 14 layers are done and kept.*"), said);
    assertTrue(layersSolved(job()) <= 7, "its bytes are the same, so it is the same file");
    assertEquals(whole, contents(out()));
  }

  /** What a job says that stops of what happens when a layer is done. */
  private String stoppedAfter(String layer, Runnable happens) {
    Listener listener =
        (fraction, done) -> {
          if (done.endsWith(layer)) {
            happens.run();
          }
        };
    return String.valueOf(
        assertThrows(StoppedJob.class, () -> job().run(Unfinished.KEPT, listener)).getMessage());
  }

  private static void touch(Path file, FileTime time) {
    try {
      Files.setLastModifiedTime(file, time);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aFileThatIsCutOffUnderneath() throws IOException {
    Path file = input.resolve("model.safetensors");
    byte[] all = Files.readAllBytes(file);
    String said = stoppedAfter("0.self_attn.k_proj", () -> cut(file));
    assertTrue(
        said.contains("the file was cut off since it was opened")
            || said.contains(", now 3000 bytes of "),
        said);
    Files.write(file, all);
    job().run(Unfinished.RESUMED, (fraction, layer) -> {});
    assertEquals(uninterrupted(job()), contents(out()));
  }

  private static void cut(Path file) {
    try {
      truncate(file, 3000);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatIsCompleteIsNotDoneAgain() throws IOException {
    JobReport first = job().run();
    int[] calls = new int[1];
    JobReport again = job().run(Unfinished.RESUMED, (fraction, layer) -> calls[0]++);
    assertEquals(0, calls[0]);
    assertEquals(first, again);
    QuantizeJob other = QuantizeJob.of(input, out(), QuantSpec.of(2, 32), Hqq.DEFAULT);
    String said = refusal(other, Unfinished.RESUMED);
    assertTrue(said.contains("is complete, but of another job: spec.bits was 4 and is 2;"), said);
  }

  @Test
  void killedBetweenTheLastLayerAndTheFoldersName() throws IOException {
    Map<String, String> whole = uninterrupted(job());
    stopAfter(job(), 14);
    Files.move(
        kept().resolve(".quantized.safetensors.partial"), kept().resolve("quantized.safetensors"));
    assertEquals(0, layersSolved(job()));
    assertEquals(whole, contents(out()));
  }

  @Test
  void twoProcessesDoNotShareAFolder() {
    assertThrows(
        StoppedJob.class,
        () ->
            job()
                .run(
                    Unfinished.KEPT,
                    (fraction, layer) -> {
                      if (!layer.isEmpty()) {
                        job().run(Unfinished.RESUMED, (f, l) -> {});
                      }
                    }),
        "another process is at work in " + kept());
  }

  @Test
  void theLogSaysItsOwnChecksum() throws IOException {
    stopAfter(job(), 2);
    List<String> lines = Files.readAllLines(kept().resolve(WorkLog.NAME));
    assertTrue(lines.size() == 3 || lines.size() == 4, "the third may have been under way");
    for (String line : lines) {
      assertEquals(4, HexFormat.of().parseHex(line.substring(0, 8)).length);
      assertTrue(line.startsWith(" {\"", 8), line);
    }
    assertTrue(lines.getFirst().contains("\"inputs\""));
    assertTrue(lines.get(2).contains("self_attn.k_proj.codes"));
  }
}
