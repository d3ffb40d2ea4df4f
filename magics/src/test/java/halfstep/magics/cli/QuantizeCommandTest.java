package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.llm.Model;
import halfstep.quant.ChannelScales;
import halfstep.safetensors.SafetensorsFile;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every method and option of {@code halfstep quantize} on an embedded model. */
class QuantizeCommandTest {

  private static final Path NATURAL = Path.of("..", "notebooks", "models", "natural");
  private static final Path PROSE = Path.of("..", "notebooks", "data", "prose.txt");
  private static final String DOWN = "model.layers.0.mlp.down_proj";

  @TempDir private Path folder = Path.of("");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int runs;

  private Path result() {
    return folder.resolve("out" + runs);
  }

  private int run(String... more) {
    runs++;
    List<String> words = new ArrayList<>(List.of("quantize", NATURAL.toString()));
    words.addAll(List.of("--out", result().toString(), "--json"));
    words.addAll(List.of("--calib", PROSE.toString()));
    words.addAll(List.of("--calib-samples", "4", "--calib-length", "64"));
    words.addAll(List.of(more));
    return Main.run(
        new PrintWriter(out, true), new PrintWriter(err, true), words.toArray(String[]::new));
  }

  private JsonNode manifest() throws IOException {
    return json(Files.readString(result().resolve("manifest.json")));
  }

  private SafetensorsFile raw() {
    return SafetensorsFile.open(result().resolve("quantized.safetensors"));
  }

  private List<JsonNode> trace() throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(result().resolve("trace.jsonl"))) {
      lines.add(json(line));
    }
    return lines;
  }

  private static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text);
  }

  /** ŵ as the contract of the raw format writes it. */
  private static Matrix dequantized(SafetensorsFile raw, String layer) {
    Shape shape = raw.info(layer + ".codes").matrixShape();
    long[] codes = raw.integers(layer + ".codes");
    Matrix scales = raw.matrix(layer + ".scales");
    Matrix zeros = raw.matrix(layer + ".zeros");
    int in = (int) shape.cols();
    int size = in / (int) scales.cols();
    long[] index = raw.contains(layer + ".g_idx") ? raw.integers(layer + ".g_idx") : null;
    Matrix result = Matrix.zeros(shape.rows(), in);
    for (int r = 0; r < shape.rows(); r++) {
      for (int c = 0; c < in; c++) {
        long group = index == null ? c / size : index[c];
        float value = (codes[r * in + c] - zeros.get(r, group)) * scales.get(r, group);
        result.set(r, c, value);
      }
    }
    if (raw.contains(layer + ".channel_scales")) {
      ChannelScales.of(raw.matrix(layer + ".channel_scales").row(0)).divide(result);
    }
    return result;
  }

  private static double relativeError(Matrix original, Matrix approximation) {
    double error = 0;
    double norm = 0;
    for (long i = 0; i < original.size(); i++) {
      error += Math.pow(original.at(i) - approximation.at(i), 2);
      norm += Math.pow(original.at(i), 2);
    }
    return Math.sqrt(error / norm);
  }

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

  private static JsonNode layer(JsonNode manifest, String name) {
    for (JsonNode layer : manifest.path("layers")) {
      if (layer.path("layer").asText().equals(name)) {
        return layer;
      }
    }
    throw new AssertionError("no layer " + name);
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

  @Test
  void overridesGiveLayersTheirOwnGrid() throws IOException {
    int status =
        run(
            "--method",
            "awq",
            "--bits",
            "3",
            "--group",
            "64",
            "--include",
            "*.layers.0.*",
            "--override",
            "*.v_proj=bits:8",
            "--override",
            "*.mlp.*=bits:2,group:32");
    assertEquals(0, status, err.toString());
    JsonNode manifest = manifest();
    assertEquals("8", spec(manifest, "self_attn.v_proj").path("bits").asText());
    assertEquals("3", spec(manifest, "self_attn.q_proj").path("bits").asText());
    assertEquals("2", spec(manifest, "mlp.up_proj").path("bits").asText());
    assertEquals(32, spec(manifest, "mlp.up_proj").path("groupSize").asInt());
    assertEquals("*.v_proj=bits:8", manifest.path("overrides").get(0).asText());
    assertEquals(new Shape(128, 12), raw().info(DOWN + ".scales").matrixShape());
    err.getBuffer().setLength(0);
    assertEquals(1, run("--method", "rtn", "--override", "*.w_proj=bits:4"));
    assertEquals(
        "halfstep: no layer matches \"*.w_proj\" of the override *.w_proj=bits:4; the nearest is"
            + " model.layers.0.mlp.up_proj",
        err.toString().strip());
  }

  private static JsonNode spec(JsonNode manifest, String layer) {
    return layer(manifest, "model.layers.0." + layer).path("spec");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "4 | \"4\": there is no GLOB= before the settings",
        "x=bit:4 | \"x=bit:4\": \"bit:4\" is neither bits:N nor group:N",
        "x=bits:7 | \"x=bits:7\": 7 bits are not supported; choose one of 1, 1.58, 2, 3, 4, 5, 6, 8",
        "x=group:many | \"x=group:many\": \"many\" is no whole number; a group size is a whole number such as 64, or the word row",
      })
  void overridesAreRefusedInOneSentence(String text, String sentence) {
    assertEquals(2, run("--method", "rtn", "--override", text));
    assertEquals(
        "halfstep: quantize: --override: %s; for example '*.down_proj=bits:4,group:64'"
            .formatted(sentence),
        err.toString().strip());
  }

  @Test
  void hqqsVariantsAndOurOptionsReachTheSolver() throws IOException {
    int status =
        run(
            "--method",
            "hqq",
            "--include",
            DOWN,
            "--solver",
            "v2",
            "--beta",
            "auto",
            "--zero",
            "integer",
            "--per-group-stop",
            "--scale-search");
    assertEquals(0, status, err.toString());
    JsonNode parameters = manifest().path("parameters");
    assertEquals("auto", parameters.path("beta").asText());
    assertEquals("WHOLE", parameters.path("zeros").asText());
    assertEquals("EACH", parameters.path("groups").asText());
    assertEquals("SEARCHED", parameters.path("scales").asText());
    assertEquals("RESTORE_BEST", parameters.path("earlyStop").asText());
    assertEquals("INTEGER", manifest().path("spec").path("zeroPoint").asText());
    Matrix zeros = raw().matrix(DOWN + ".zeros");
    for (long group = 0; group < zeros.size(); group++) {
      assertEquals(Math.rint(zeros.at(group)), zeros.at(group), "a code");
    }
  }

  @Test
  void asAutoAwqRoundsInHalfPrecision() throws IOException {
    assertEquals(
        0, run("--method", "awq", "--as-autoawq", "--include", "*.layers.0.*"), err.toString());
    Matrix scales = raw().matrix(DOWN + ".scales");
    for (long group = 0; group < scales.size(); group++) {
      float half = Float.float16ToFloat(Float.floatToFloat16(scales.at(group)));
      assertEquals(half, scales.at(group), "a float16 value");
    }
    assertTrue(manifest().path("parameters").path("asAutoAwq").asBoolean());
    assertTrue(
        manifest().path("remarks").toString().contains("down_proj: clip limits of"),
        manifest().path("remarks").toString());
  }

  @Test
  void symmetricGridsStoreNoZero() throws IOException {
    run("--method", "gptq", "--zero", "symmetric", "--group", "32", "--include", DOWN);
    assertEquals(4 + 16.0 / 32, manifest().path("effectiveBitsPerWeight").asDouble(), 1e-12);
    Matrix zeros = raw().matrix(DOWN + ".zeros");
    for (long group = 0; group < zeros.size(); group++) {
      assertEquals(8, zeros.at(group));
    }
  }

  @Test
  void refusesWhatAMethodCannotDo() {
    assertEquals(2, run("--method", "hq"));
    assertEquals(
        "halfstep: quantize: --method: method \"hq\" does not exist; nearest: hqq (of rtn, hqq, ls,"
            + " wls, awq, gptq, awq+rtn, awq+hqq, awq+ls)",
        err.toString().strip());
    err.getBuffer().setLength(0);
    assertEquals(2, run("--method", "ls", "--zero", "integer"));
    assertEquals(
        "halfstep: quantize: --zero integer does not go with ls, which finds float zeros; leave it"
            + " out",
        err.toString().strip());
  }
}
