package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsFile;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import halfstep.testing.Golden;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract of the command line: results, one-sentence errors, exit statuses. */
class MainTest {

  private static final Path NATURAL = Path.of("..", "notebooks", "models", "natural");
  private static final Path SALIENT = Path.of("..", "notebooks", "models", "salient");
  private static final Path PROSE = Path.of("..", "notebooks", "data", "prose.txt");

  @TempDir private Path folder = Path.of("");

  private StringWriter out = new StringWriter();
  private StringWriter err = new StringWriter();

  @BeforeEach
  void forget() {
    out = new StringWriter();
    err = new StringWriter();
  }

  private int run(Object... words) {
    String[] arguments = new String[words.length];
    for (int i = 0; i < words.length; i++) {
      arguments[i] = words[i].toString();
    }
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
  }

  private Path golden() {
    return file("gauss", Golden.open("hqq/gauss").matrix("W"));
  }

  private Path file(String name, Matrix w) {
    Path file = folder.resolve(name + ".safetensors");
    TensorInfo info = TensorInfo.matrix("W", DType.F32, w.shape());
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(info), Map.of())) {
      writer.write("W", w.segment());
      writer.finish();
    }
    return file;
  }

  @Test
  void quantizeGivesTheGoldensCodesAndALinePerIteration() throws IOException {
    Path result = folder.resolve("out");
    int status =
        run(
            "quantize",
            golden(),
            "--include",
            "*",
            "--method",
            "hqq",
            "--bits",
            4,
            "--group",
            64,
            "--axis",
            1,
            "--format",
            "raw",
            "--trace",
            "--out",
            result);
    assertEquals(0, status, err.toString());
    Golden golden = Golden.open("hqq/gauss");
    double[] codes = golden.doubles("b4.g64.a1.wq");
    long[] ours = SafetensorsFile.open(result.resolve("quantized.safetensors")).integers("W.codes");
    for (int i = 0; i < codes.length; i++) {
      assertEquals((long) codes[i], ours[i], "code " + i);
    }
    double[] errors = golden.doubles("b4.g64.a1.mae_per_iter");
    List<String> trace = Files.readAllLines(result.resolve("trace.jsonl"));
    assertEquals(errors.length, trace.size());
    for (int i = 0; i < errors.length; i++) {
      JsonNode line = json(trace.get(i));
      assertEquals(i + 1, line.path("iteration").asInt());
      assertEquals(errors[i], line.path("meanAbsError").asDouble(), 1e-4 * errors[i]);
    }
    assertTrue(Files.exists(result.resolve("manifest.json")));
  }

  @Test
  void generateWritesEveryFormInOneObject() throws IOException {
    int status =
        run("generate", NATURAL, "The old", "--models", "fp,hqq3", "--length", 6, "--json");
    assertEquals(0, status, err.toString());
    JsonNode result = json(out.toString());
    assertEquals("The old", result.path("prompt").asText());
    JsonNode full = result.path("texts").path(0);
    assertEquals("fp", full.path("model").asText());
    assertEquals(6, full.path("tokens").size());
    assertEquals(6, full.path("asTheFirst").asInt());
    assertEquals("LENGTH", full.path("end").asText());
    assertEquals("hqq3", result.path("texts").path(1).path("model").asText());
  }

  @Test
  void generateRefusesWhatItCannotDo() {
    assertEquals(2, run("generate", NATURAL, "The old", "--models", "hqq"));
    assertEquals(2, run("generate", NATURAL, "The old", "--models", "awq3"));
    assertTrue(err.toString().contains("give them text with --calib FILE"), err.toString());
    assertEquals(1, run("generate", folder, "The old"));
    assertEquals(1, run("generate", NATURAL, "The old", "--max-memory", "10KB"));
    assertTrue(err.toString().contains("more than the 0.0 MiB allowed"), err.toString());
  }

  @Test
  void calibrationTextsAreMixedAndReported() throws IOException {
    Path lines = folder.resolve("own.jsonl");
    String words = "A sentence of our own about nothing in particular. ".repeat(200);
    Files.writeString(lines, "{\"text\": \"%s\"}\n".formatted(words));
    Path result = folder.resolve("out");
    int status =
        run(
            "quantize",
            NATURAL,
            "--method",
            "awq",
            "--include",
            "*.0.self_attn.q_proj",
            "--calib",
            PROSE + "=0.75",
            "--calib",
            lines + "=0.25",
            "--calib-samples",
            8,
            "--calib-length",
            32,
            "--eval-text",
            lines,
            "--out",
            result);
    assertEquals(0, status, err.toString());
    assertTrue(err.toString().contains("calibration: 6 windows of prose.txt (192 tokens used"));
    assertTrue(err.toString().contains("calibration: 2 windows of own.jsonl (64 tokens used"));
    assertTrue(err.toString().contains("its result is flattered"), err.toString());
    String manifest = Files.readString(result.resolve("manifest.json"));
    JsonNode calibration = json(manifest).path("calibration");
    assertEquals(8, calibration.path("windows").asInt());
    assertEquals("own.jsonl", calibration.path("texts").path(1).path("file").asText());
    assertEquals(64, calibration.path("texts").path(1).path("sha256").asText().length());
    assertTrue(!manifest.contains("nothing in particular"), "hashes, never the text");
  }

  @Test
  void evalPrintsExactlyTheContractsKeys() throws IOException {
    int status =
        run(
            "eval",
            NATURAL,
            "--text",
            PROSE,
            "--ctx",
            64,
            "--max-tokens",
            256,
            "--against",
            SALIENT,
            "--json");
    assertEquals(0, status, err.toString());
    JsonNode result = json(out.toString());
    for (String key :
        List.of(
            "protocol",
            "ctx",
            "tokens",
            "windows",
            "perplexity",
            "standardError",
            "kl",
            "klStandardError",
            "sameTop1")) {
      assertTrue(result.has(key), key + " in " + result);
    }
    assertEquals(4, result.path("windows").asInt());
    assertEquals(256, result.path("tokens").asInt());
    assertTrue(result.path("kl").asDouble() > 0);
    assertEquals(1, out.toString().lines().count(), "one object and nothing else");
  }

  @Test
  void aModelDoesNotDivergeFromItself() throws IOException {
    run(
        "eval",
        NATURAL,
        "--text",
        PROSE,
        "--ctx",
        64,
        "--max-tokens",
        128,
        "--against",
        NATURAL,
        "--json");
    assertEquals(0, json(out.toString()).path("kl").asDouble(), 1e-9);
    assertEquals(1, json(out.toString()).path("sameTop1").asDouble());
  }

  @Test
  void tokensMadeElsewhereAreReadAsTheyAre() throws IOException {
    Path tokens = folder.resolve("ids.json");
    Files.writeString(tokens, "{\"stream\": [1, 2, 3, 4, 5, 6, 7, 8]}");
    assertEquals(0, run("eval", NATURAL, "--tokens", tokens, "--ctx", 4, "--json"), err.toString());
    assertEquals(2, json(out.toString()).path("windows").asInt());
    forget();
    Files.writeString(tokens, "{\"ids\": [1]}");
    assertEquals(1, run("eval", NATURAL, "--tokens", tokens));
    assertEquals(
        "halfstep: " + tokens + " holds no token ids; expected {\"stream\": [1, 2, …]}",
        err.toString().strip());
  }

  @Test
  void wrongUsageIsOneSentenceAndStatusTwo() {
    refused(
        2,
        "quantize needs --method and --out; halfstep quantize --help explains it",
        "quantize",
        "x.safetensors");
    refused(
        2,
        "quantize has no option --grup; nearest: --group",
        "quantize",
        "x",
        "--method",
        "rtn",
        "--out",
        "y",
        "--grup",
        64);
    refused(
        2,
        "quantize: --bits: 7 bits are not supported; choose one of 1, 1.58, 2, 3, 4, 5, 6, 8",
        "quantize",
        "x",
        "--method",
        "rtn",
        "--out",
        "y",
        "--bits",
        7);
    refused(
        2,
        "quantize: --method awq looks at activations; give it text with --calib FILE",
        "quantize",
        NATURAL,
        "--method",
        "awq",
        "--out",
        folder.resolve("y"));
  }

  @Test
  void failedWorkIsOneSentenceAndStatusOne() {
    Path missing = folder.resolve("nowhere.safetensors");
    forget();
    assertEquals(1, run("quantize", missing, "--method", "rtn", "--out", folder.resolve("y")));
    assertTrue(err.toString().contains(missing.toString()), err.toString());
    assertEquals(1, err.toString().lines().count());
    refused(
        1,
        "there is no model folder nowhere; it should hold config.json and model.safetensors",
        "eval",
        "nowhere",
        "--text",
        PROSE);
    forget();
    assertEquals(
        1,
        run("quantize", golden(), "--method", "rtn", "--group", 96, "--out", folder.resolve("z")));
    assertTrue(
        err.toString().contains("in = 256 is no multiple of groupSize 96; nearest that divide it:"),
        err.toString());
    assertFalse(Files.exists(folder.resolve("z")), "no folder that looks complete");
  }

  @Test
  void notANumberIsNamedByLayerAndPlace() {
    Matrix w = Golden.open("hqq/gauss").matrix("W").copy();
    w.set(3, 7, Float.NaN);
    Path file = file("bad", w);
    assertEquals(1, run("quantize", file, "--method", "hqq", "--out", folder.resolve("y")));
    assertTrue(err.toString().contains("NaN in row 3, column 7"), err.toString());
    assertTrue(err.toString().contains("W"), err.toString());
  }

  @Test
  void verboseAddsTheStackTrace() {
    assertEquals(1, run("eval", "nowhere", "--text", PROSE, "--verbose"));
    assertTrue(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void doctorNamesARemedyForWhatIsMissing() throws IOException {
    int status = run("doctor", "--json");
    JsonNode report = json(out.toString());
    assertEquals(report.path("ok").asBoolean() ? 0 : 1, status);
    for (JsonNode check : report.path("checks")) {
      assertEquals(
          check.path("ok").asBoolean(), check.path("remedy").asText().isEmpty(), check.toString());
    }
  }

  private void refused(int status, String sentence, Object... words) {
    forget();
    assertEquals(status, run(words), err.toString());
    assertEquals("halfstep: " + sentence, err.toString().strip());
    assertEquals("", out.toString());
  }

  private static JsonNode json(String text) throws IOException {
    return JsonMapper.builder().build().readTree(text);
  }
}
