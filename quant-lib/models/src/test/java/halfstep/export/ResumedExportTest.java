package halfstep.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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

/** Quantizing and exporting in one go, stopped in either half. */
class ResumedExportTest {

  @TempDir private Path folder;

  private ExportedJob job(String out) {
    QuantizeJob job =
        QuantizeJob.of(
            GoldenModels.folder("llama_gqa"),
            folder.resolve(out),
            QuantSpec.of(4, 32),
            Hqq.DEFAULT);
    return new ExportedJob(job, ExportFormat.HQQ, Export.Settings.DEFAULT, Optional.empty(), 1);
  }

  private byte[] tensors(String out) throws IOException {
    return Files.readAllBytes(folder.resolve(out).resolve("model.safetensors"));
  }

  @Test
  void layersAreKeptAndExportedLater() throws IOException {
    job("whole").run((fraction, layer) -> {});
    assertThrows(
        StoppedJob.class,
        () ->
            job("out")
                .run(
                    Unfinished.KEPT,
                    (fraction, layer) -> {
                      if (fraction > 0.5) {
                        throw new IllegalStateException("a power cut");
                      }
                    }));
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
}
