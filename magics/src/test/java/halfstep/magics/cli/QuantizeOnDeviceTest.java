package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code quantize --device cuda} from its words to its files, in a process that finds the stand-in
 * for CUDA's driver, which the tests of halfstep-cuda leave behind. It is a Turing.
 */
class QuantizeOnDeviceTest extends QuantizeFixture {

  private static final Path STANDIN = Path.of("..", "quant-lib", "cuda", "target", "standin");
  private static final List<String> DOWN_ALONE = List.of("--include", DOWN, "--group", "32");

  @BeforeEach
  void requireStandIn() {
    requireLibrary();
  }

  static void requireLibrary() {
    assumeTrue(
        Files.exists(STANDIN.resolve("libcuda.so.1")),
        "there is no stand-in for CUDA's driver; the tests of quant-lib/cuda make it where there is a g++");
  }

  /** Both ways, to the same weights; what the device's run said in JSON. */
  private JsonNode both(String method) throws IOException {
    List<String> more = new ArrayList<>(DOWN_ALONE);
    more.addAll(List.of("--method", method));
    assertEquals(0, run(more.toArray(String[]::new)), err.toString());
    Path there = result().resolveSibling("there");
    more.addAll(List.of("--device", "cuda"));
    JsonNode said = json(elsewhere(words(there, more)));
    assertEquals(-1, Files.mismatch(weights(result()), weights(there)), "the same weights");
    String device = json(Files.readString(there.resolve("manifest.json"))).path("device").asText();
    assertTrue(device.startsWith("cuda: stand-in on the processor, sm_75"), device);
    return said.path("remarks");
  }

  private static Path weights(Path job) {
    return job.resolve("quantized.safetensors");
  }

  static String elsewhere(List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-Xmx1g"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
    command.addAll(words);
    File errors = File.createTempFile("quantize", ".err");
    ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors);
    builder.environment().put("LD_LIBRARY_PATH", STANDIN.toAbsolutePath().toString());
    builder.environment().put("XDG_CACHE_HOME", Path.of("target", "cache").toAbsolutePath() + "");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      assertEquals(0, process.waitFor(), () -> out + read(errors.toPath()));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    } finally {
      Files.delete(errors.toPath());
    }
    return out;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
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
