package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.backend.Devices;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code --device} where there is no GPU. */
class DeviceOptionTest extends QuantizeFixture {

  @BeforeEach
  void requireNoGpu() {
    assumeTrue(Devices.available().isEmpty(), "there is a GPU");
  }

  @Test
  void askingForAGpuExplainsItselfInOneSentence() {
    assertEquals(1, run("--method", "rtn", "--device", "cuda"));
    String said = err.toString();
    assertTrue(said.startsWith("halfstep: --device cuda: "), said);
    assertTrue(said.contains("--device auto takes the processor"), said);
    assertEquals(1, said.strip().lines().count(), said);
    assertFalse(Files.exists(result()));
  }

  @Test
  void autoFallsBackAloud() throws IOException {
    assertEquals(0, run("--method", "rtn", "--device", "auto"), err.toString());
    JsonNode remarks = json(out.toString()).path("remarks");
    assertTrue(
        remarks.path(0).asText().startsWith("--device auto: the processor computed, since "),
        remarks.toString());
    assertEquals("cpu", manifest().path("device").asText());
  }

  private int evaluate(String device) {
    String[] words = {
      "eval",
      NATURAL.toString(),
      "--text",
      PROSE.toString(),
      "--ctx",
      "32",
      "--max-tokens",
      "64",
      "--device",
      device,
      "--json"
    };
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }

  @Test
  void anEvaluationThatAsksForAGpuExplainsItself() {
    assertEquals(1, evaluate("cuda"));
    assertTrue(err.toString().startsWith("halfstep: --device cuda: "), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void anEvaluationFallsBackAloud() throws IOException {
    assertEquals(0, evaluate("auto"), err.toString());
    JsonNode said = json(out.toString());
    assertTrue(said.path("perplexity").asDouble() > 1, said.toString());
    assertTrue(
        said.path("remarks").path(0).asText().startsWith("--device auto: the processor computed"),
        said.toString());
  }

  @Test
  void anEvaluationOnAnUnknownDeviceIsWrongUsage() {
    assertEquals(2, evaluate("tpu"));
    assertTrue(err.toString().contains("choose one of cpu, auto, cuda"), err.toString());
  }

  @Test
  void anUnknownDeviceIsWrongUsage() {
    assertEquals(2, run("--method", "rtn", "--device", "tpu"));
    assertTrue(err.toString().contains("choose one of cpu, auto, cuda"), err.toString());
  }
}
