package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import halfstep.export.Export;
import halfstep.export.ExportFormat;
import halfstep.hub.Hub;
import halfstep.hub.HubSettings;
import halfstep.job.QuantizeJob;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.safetensors.DType;
import halfstep.safetensors.SafetensorsWriter;
import halfstep.safetensors.TensorInfo;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** Checkpoints that are here, and one on a hub of which only the headers are fetched. */
class InspectCommandTest {

  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(InspectCommand command, Object... words) {
    return new CommandLine(command)
        .setOut(new PrintWriter(out, true))
        .setErr(new PrintWriter(err, true))
        .execute(Arrays.stream(words).map(Object::toString).toArray(String[]::new));
  }

  private Path file(float... values) {
    Path file = folder.resolve("model.safetensors");
    Matrix w = Matrix.of(1, values.length, values);
    TensorInfo info = TensorInfo.matrix("up.weight", DType.F32, w.shape());
    try (SafetensorsWriter writer = SafetensorsWriter.create(file, List.of(info), Map.of())) {
      writer.write(info.name(), w.segment());
      writer.finish();
    }
    return file;
  }

  @Test
  void listsTensorsAndSaysThatAllIsFinite() {
    assertEquals(0, run(new InspectCommand(), file(1, 2, 3)), err.toString());
    assertEquals(
        """
        up.weight  F32   1 × 3
        1 tensor, 3 parameters, 12 B
        all values are finite
        """,
        out.toString().replace(System.lineSeparator(), "\n"));
  }

  @Test
  void countsWhatIsNotFinite() throws IOException {
    Path file = file(1, Float.NaN, Float.POSITIVE_INFINITY, Float.NaN);
    assertEquals(0, run(new InspectCommand(), file, "--json"), err.toString());
    JsonNode bad = JsonMapper.builder().build().readTree(out.toString()).path("nonFinite").path(0);
    assertEquals("up.weight", bad.path("tensor").asText());
    assertEquals(2, bad.path("nans").asInt());
    assertEquals(1, bad.path("infinities").asInt());
    run(new InspectCommand(), file);
    assertTrue(
        out.toString().contains("not finite: up.weight: 2 NaN and 1 infinite of 4 values"),
        out.toString());
  }

  @Test
  void ofTheHubOnlyTheHeadersAreFetched() throws IOException {
    byte[] content = Files.readAllBytes(file(new float[50_000]));
    List<String> ranges = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> answer(exchange, content, ranges));
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Path cache = folder.resolve("cache");
    HubSettings settings =
        new HubSettings(cache, endpoint, Optional.empty(), false, true, Duration.ofSeconds(5));
    try {
      assertEquals(0, run(new InspectCommand(() -> new Hub(settings)), "org/tiny"), err.toString());
    } finally {
      server.stop(0);
    }
    assertTrue(err.toString().contains("2 of 2 files to fetch"), err.toString());
    assertTrue(out.toString().contains("1 tensor, 50,000 parameters, 200 kB"), out.toString());
    assertTrue(out.toString().contains("read from headers alone"), out.toString());
    assertEquals(2, ranges.size());
    assertEquals("bytes=0-7", ranges.getFirst());
    try (var blobs = Files.list(cache.resolve("models--org--tiny/blobs"))) {
      assertEquals(0, blobs.count(), "no file was fetched");
    }
  }

  private Path exported(String format, ZeroPoint zero) {
    Path run = folder.resolve("run-" + format);
    Path out = folder.resolve(format);
    QuantSpec spec = QuantSpec.of(4, 64).with(zero);
    QuantizeJob.of(Path.of("../notebooks/models/natural"), run, spec, new Rtn()).run();
    new Export(run, out, ExportFormat.of(format)).run();
    return out;
  }

  /** The scheme and what a weight costs: 4 bits, a scale of 16, and a zero of 16, 4 or no bits. */
  @ParameterizedTest
  @CsvSource({
    "awq,                INTEGER,   awq gemm,                          4.313",
    "gptq,               SYMMETRIC, gptq v1 4 bit,                     4.250",
    "hqq,                FLOAT,     hqq,                               4.500",
    "compressed-tensors, SYMMETRIC, compressed-tensors pack-quantized, 4.250",
    "gguf,               FLOAT,     gguf Q4_1,                         5.000",
  })
  void namesTheQuantization(String format, ZeroPoint zero, String scheme, String bits) {
    Path out = exported(format, zero);
    assertEquals(0, run(new InspectCommand(), out), err.toString());
    String text = this.out.toString();
    assertTrue(text.startsWith("%s".formatted(out)), text);
    assertTrue(text.lines().findFirst().orElse("").endsWith(": " + scheme), text);
    assertTrue(
        text.contains(
            "35 quantized layers, 12 other tensors; %s bits per quantized weight".formatted(bits)),
        text);
  }

  @Test
  void picklesAreRefusedWithTheWayOut() throws IOException {
    Path pickle = Files.write(folder.resolve("pytorch_model.bin"), new byte[] {80, 75, 3, 4});
    for (Path input : List.of(pickle, folder)) {
      StringWriter said = new StringWriter();
      int status =
          Main.run(new PrintWriter(out), new PrintWriter(said, true), "inspect", input.toString());
      assertEquals(1, status);
      assertTrue(said.toString().contains("a pickle runs whatever code"), said.toString());
      assertTrue(said.toString().contains("safe_serialization=True"), said.toString());
    }
  }

  /** Of a quantized model on the hub, config.json is fetched besides the headers. */
  @Test
  void ofTheHubTheQuantizationToo() throws IOException {
    Path model = exported("awq", ZeroPoint.INTEGER);
    byte[] config = Files.readAllBytes(model.resolve("config.json"));
    byte[] weights = Files.readAllBytes(model.resolve("model.safetensors"));
    List<String> ranges = new CopyOnWriteArrayList<>();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          boolean small = exchange.getRequestURI().getPath().endsWith("config.json");
          answer(exchange, small ? config : weights, ranges);
        });
    server.start();
    URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    Path cache = folder.resolve("cache");
    HubSettings settings =
        new HubSettings(cache, endpoint, Optional.empty(), false, true, Duration.ofSeconds(5));
    try {
      InspectCommand command = new InspectCommand(() -> new Hub(settings));
      assertEquals(0, run(command, "org/tiny"), err.toString());
    } finally {
      server.stop(0);
    }
    String text = out.toString();
    assertTrue(text.contains("awq gemm: 35 layers quantized, 4.313 bits per"), text);
    assertTrue(text.contains("read from headers alone"), text);
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A hub with one repository of two files. */
  private static void answer(HttpExchange exchange, byte[] content, List<String> ranges)
      throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
      exchange.getResponseHeaders().set("ETag", "\"%s\"".formatted(sha256(content)));
      if (exchange.getRequestURI().getPath().startsWith("/api/")) {
        String listing =
            """
            {"sha": "%s", "siblings": [{"rfilename": "config.json", "size": 2},
             {"rfilename": "model.safetensors", "size": %d}]}\
            """
                .formatted(COMMIT, content.length);
        byte[] bytes = listing.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      } else if (exchange.getRequestMethod().equals("HEAD")) {
        exchange.getResponseHeaders().set("Content-Length", String.valueOf(content.length));
        exchange.sendResponseHeaders(200, -1);
      } else if (range == null) {
        exchange.sendResponseHeaders(200, content.length);
        exchange.getResponseBody().write(content);
      } else {
        ranges.add(range);
        String[] ends = range.replace("bytes=", "").split("-", -1);
        int from = Integer.parseInt(ends[0]);
        byte[] part = Arrays.copyOfRange(content, from, Integer.parseInt(ends[1]) + 1);
        exchange.sendResponseHeaders(206, part.length);
        exchange.getResponseBody().write(part);
      }
    }
  }
}
