package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.magics.StandIn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code quantize --device cuda} from its words to its files, beside the stand-in for CUDA's
 * driver.
 */
class QuantizeOnDeviceTest extends QuantizeFixture {

  private static final List<String> DOWN_ALONE = List.of("--include", DOWN, "--group", "32");

  @BeforeEach
  void requireStandIn() {
    StandIn.require();
  }

  /** Both ways, to the same weights; what the device's run said in JSON. */
  private JsonNode both(String method) throws IOException {
    List<String> more = new ArrayList<>(DOWN_ALONE);
    more.addAll(List.of("--method", method));
    assertEquals(0, run(more.toArray(String[]::new)), err.toString());
    Path there = result().resolveSibling("there");
    more.addAll(List.of("--device", "cuda"));
    JsonNode said = json(StandIn.printed(Main.class, words(there, more)));
    assertEquals(-1, Files.mismatch(weights(result()), weights(there)), "the same weights");
    String device = json(Files.readString(there.resolve("manifest.json"))).path("device").asText();
    assertTrue(device.startsWith("cuda: stand-in on the processor, sm_75"), device);
    return said.path("remarks");
  }

  private static Path weights(Path job) {
    return job.resolve("quantized.safetensors");
  }

  /** Its Hessian, its factor and its blocks: what a kernel could not take would be a remark. */
  @Test
  void gptqLeavesNothingToTheProcessor() throws IOException {
    assertEquals("[]", both("gptq").toString());
  }

  @Test
  void awqBeforeAmpereSaysWhatTheProcessorComputed() throws IOException {
    JsonNode remarks = both("awq");
    assertEquals(
        "AWQ's losses of 128 × 384: the processor computed, not the GPU: its kernels multiply on tensor cores of sm_80 or newer, and this is sm_75.",
        remarks.path(remarks.size() - 1).asText());
  }
}
