package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import halfstep.backend.Devices;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code %gpu}, and {@code --device} in a cell, where there is no GPU. */
class GpuCommandTest {

  private final Session session = new Session(Folders.ofThisProcess());

  @BeforeEach
  void requireNoGpu() {
    assumeTrue(Devices.available().isEmpty(), "there is a GPU");
  }

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(
        new RecordingHost(), session, words.getFirst(), words.subList(1, words.size()));
  }

  @Test
  void tellsWhyNoGpuComputes() {
    Report<?> report = run("gpu");
    String why = Devices.obstacles().getFirst().split(": ", 2)[1];
    assertTrue(report.title().startsWith("No GPU computes here (" + why + ")"), report.title());
    assertEquals("cuda", report.table().getString(report.table().rowCount() - 1, 0));
    assertEquals("cannot", report.table().getString(report.table().rowCount() - 1, 1));
  }

  @Test
  void aCellThatAsksForOneIsRefusedOrFallsBackAloud() {
    run("load natural");
    Refusal refusal =
        assertThrows(
            Refusal.class, () -> run("bench 0.down_proj --methods rtn --bits 4 --device cuda"));
    String said = String.valueOf(refusal.getMessage());
    assertTrue(said.startsWith("--device cuda: "), said);
    Report<?> report = run("bench 0.down_proj --methods hqq --bits 4 --tokens 64 --device auto");
    String last = report.notes().getLast();
    assertTrue(last.startsWith("--device auto: the processor computed, since "), last);
  }
}
