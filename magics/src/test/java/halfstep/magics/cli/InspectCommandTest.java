package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import halfstep.hub.Hub;
import halfstep.hub.HubSettings;
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
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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

  /** A hub with one repository of two files. */
  private static void answer(HttpExchange exchange, byte[] content, List<String> ranges)
      throws IOException {
    try (exchange) {
      String range = exchange.getRequestHeaders().getFirst("Range");
      exchange.getResponseHeaders().set("X-Repo-Commit", COMMIT);
      exchange.getResponseHeaders().set("ETag", "\"%s\"".formatted("a".repeat(64)));
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
