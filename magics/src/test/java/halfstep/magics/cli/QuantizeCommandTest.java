package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.llm.Model;
import halfstep.safetensors.SafetensorsFile;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method of {@code halfstep quantize} on an embedded model. */
class QuantizeCommandTest extends QuantizeFixture {

  @ParameterizedTest
  @ValueSource(strings = {"rtn", "hqq", "ls", "wls", "awq", "gptq", "awq+rtn", "awq+hqq", "awq+ls"})
  void everyMethodWritesWhatItMeasured(String method) throws IOException {
    int status = run("--method", method, "--bits", "4", "--group", "32", "--trace");
    assertEquals(0, status, err.toString());
    JsonNode manifest = manifest();
    assertEquals(method, manifest.path("method").asText());
    SafetensorsFile raw = raw();
    boolean scaled = method.startsWith("awq");
    assertEquals(scaled, raw.contains(DOWN + ".channel_scales"));
    Matrix original = Model.open(NATURAL).weight(DOWN);
    JsonNode down = layer(manifest, DOWN);
    double error = relativeError(original, dequantized(raw, DOWN));
    assertEquals(error, down.path("relativeFrobenius").asDouble(), 1e-5);
    assertTrue(error > 0.01 && error < 0.25, "relative error " + error);
    assertTrue(down.path("outputError").asDouble() > 0);
    boolean steps = !List.of("rtn").contains(method);
    assertEquals(steps, !trace().isEmpty(), "steps in the trace");
  }

  @Test
  void theMethodsOutputErrorsAreInTheOrderThatTheyAreMadeFor() throws IOException {
    double rtn = meanOutputError("rtn");
    double ls = meanOutputError("ls");
    double weighted = meanOutputError("wls");
    double gptq = meanOutputError("gptq");
    assertTrue(ls < rtn, "ls %s, rtn %s".formatted(ls, rtn));
    assertTrue(weighted < ls, "wls %s, ls %s".formatted(weighted, ls));
    assertTrue(gptq < rtn, "gptq %s, rtn %s".formatted(gptq, rtn));
  }

  private double meanOutputError(String method) throws IOException {
    int status =
        run("--method", method, "--bits", "3", "--group", "32", "--include", "*.layers.0.*");
    assertEquals(0, status, err.toString());
    double sum = 0;
    for (JsonNode layer : manifest().path("layers")) {
      sum += layer.path("outputError").asDouble();
    }
    return sum / manifest().path("layers").size();
  }

  @Test
  void actOrderWritesTheGroupOfEachChannel() throws IOException {
    assertEquals(
        0,
        run("--method", "gptq", "--group", "32", "--act-order", "--include", DOWN),
        err.toString());
    long[] groups = raw().integers(DOWN + ".g_idx");
    assertEquals(384, groups.length);
    boolean consecutive = true;
    for (int c = 0; c < groups.length; c++) {
      consecutive &= groups[c] == c / 32;
    }
    assertFalse(consecutive, "the strongest channels come first");
    double error = relativeError(Model.open(NATURAL).weight(DOWN), dequantized(raw(), DOWN));
    assertEquals(error, layer(manifest(), DOWN).path("relativeFrobenius").asDouble(), 1e-5);
    double plain = 4 + 20.0 / 32;
    assertEquals(plain + 32.0 / 128, manifest().path("effectiveBitsPerWeight").asDouble(), 1e-12);
    run("--method", "gptq", "--group", "32", "--act-order", "--static-groups", "--include", DOWN);
    assertArrayEquals(
        java.util.stream.LongStream.range(0, 384).map(c -> c / 32).toArray(),
        raw().integers(DOWN + ".g_idx"));
  }
}
