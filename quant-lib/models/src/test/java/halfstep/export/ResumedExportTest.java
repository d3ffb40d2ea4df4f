package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.PowerCut;
import halfstep.job.QuantizeJob;
import halfstep.job.StoppedJob;
import halfstep.job.Unfinished;
import halfstep.llm.GoldenModels;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Quantizing and exporting in one go, stopped in either half. */
class ResumedExportTest {

  @TempDir private Path folder;

  private ExportedJob job(String out) {
    return job(out, ExportFormat.HQQ, false);
  }

  private ExportedJob job(String out, ExportFormat format, boolean traced) {
    QuantizeJob job =
        QuantizeJob.of(
            GoldenModels.folder("llama_gqa"),
            folder.resolve(out),
            QuantSpec.of(4, 32),
            Hqq.DEFAULT);
    return new ExportedJob(
        traced ? job.traced() : job, format, Export.Settings.DEFAULT, Optional.empty(), 1);
  }

  private byte[] tensors(String out) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve("model.safetensors"));
  }

  @Test
  void layersAreKeptAndExportedLater() throws IOException {
    job("whole").run((fraction, layer) -> {});
    assertThrows(StoppedJob.class, () -> job("out").run(Unfinished.KEPT, PowerCut.after(8)));
    int[] solved = new int[1];
    job("out").run(Unfinished.RESUMED, (fraction, layer) -> solved[0] += layer.isEmpty() ? 0 : 1);
    assertTrue(solved[0] > 0 && solved[0] < 14, "layers solved again: " + solved[0]);
    assertEquals(-1, Arrays.mismatch(tensors("whole"), tensors("out")));
    assertEquals(2, folder.toFile().list().length, "nothing else is left");
  }

  @Test
  void whatWasQuantizedIsNotQuantizedAgainForAnExportThatStopped() throws IOException {
    job("whole").run((fraction, layer) -> {});
    Path run = folder.resolve(".out.run");
    job("out").job().into(run).run();
    ExportException refusal =
        assertThrows(
            ExportException.class, () -> job("out").run(Unfinished.KEPT, (fraction, layer) -> {}));
    String said = String.valueOf(refusal.getMessage());
    assertTrue(said.contains("go on with --resume"), said);
    int[] calls = new int[1];
    job("out").run(Unfinished.RESUMED, (fraction, layer) -> calls[0]++);
    assertEquals(0, calls[0]);
    assertEquals(-1, Arrays.mismatch(tensors("whole"), tensors("out")));
    assertFalse(Files.exists(run));
  }

  @ParameterizedTest
  @EnumSource(
      value = ExportFormat.class,
      names = {"HQQ", "PLAIN"})
  void whatIsCompleteIsNotDoneAgain(ExportFormat format) {
    ExportedJob.Done first = job("out", format, false).run((fraction, layer) -> {});
    int[] calls = new int[1];
    ExportedJob.Done again =
        job("out", format, false).run(Unfinished.RESUMED, (fraction, layer) -> calls[0]++);
    assertEquals(0, calls[0]);
    assertEquals(first.exported(), again.exported());
    assertEquals(first.quantized().layers(), again.quantized().layers());
    assertEquals(1, folder.toFile().list().length);
    assertTrue(
        refusal(job("out", format, true)).contains("trace was absent and is wanted"),
        "the trace of steps that nobody kept");
  }

  @Test
  void whatIsCompleteButOfAnotherJobIsRefusedWithTheDifference() {
    job("out").run((fraction, layer) -> {});
    String said = refusal(job("out", ExportFormat.PLAIN, false));
    assertTrue(said.contains("is complete, but of another job: format was hqq and is plain"), said);
    QuantizeJob three =
        QuantizeJob.of(
            job("out").job().input(), folder.resolve("out"), QuantSpec.of(3, 32), Hqq.DEFAULT);
    said =
        refusal(
            new ExportedJob(three, ExportFormat.HQQ, Export.Settings.DEFAULT, Optional.empty(), 1));
    assertTrue(said.contains("is complete, but of another job: spec.bits was 4 and is 3"), said);
  }

  private static String refusal(ExportedJob job) {
    RuntimeException refusal =
        assertThrows(
            RuntimeException.class, () -> job.run(Unfinished.RESUMED, (fraction, layer) -> {}));
    return String.valueOf(refusal.getMessage());
  }

  @ParameterizedTest
  @EnumSource(
      value = ExportFormat.class,
      names = {"HQQ", "PLAIN"})
  void theTraceComesAlong(ExportFormat format) throws IOException {
    job("raw", format, true).job().run();
    job("out", format, true).run((fraction, layer) -> {});
    byte[] expected = Files.readAllBytes(folder.resolve("raw").resolve("trace.jsonl"));
    byte[] actual = Files.readAllBytes(folder.resolve("out").resolve("trace.jsonl"));
    assertTrue(expected.length > 0);
    assertEquals(-1, Arrays.mismatch(expected, actual));
  }
}
