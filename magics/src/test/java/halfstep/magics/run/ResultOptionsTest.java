package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.kernel.spi.MimeBundle;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import halfstep.metric.LayerError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every command does with its result. */
class ResultOptionsTest {

  private static final String BENCH = "bench 0.down_proj --methods hqq --bits 3,4 --tokens 256";

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @BeforeEach
  void load() {
    run("load natural");
  }

  @Test
  void quietShowsNothingAndKeepsTheResult() {
    Report<?> report = run(BENCH + " --quiet --as errors");
    assertEquals(Map.of(), report.bundle().data());
    assertEquals(0, host.charts());
    assertEquals(2, assertInstanceOf(List.class, host.variables.get("errors")).size());
  }

  @Test
  void jsonIsOneObjectInFullPrecision() throws IOException {
    Report<?> report = run(BENCH + " --json");
    assertEquals(0, host.charts());
    MimeBundle bundle = report.bundle();
    Map<?, ?> object = assertInstanceOf(Map.class, bundle.data().get("application/json"));
    JsonNode read =
        JsonMapper.builder().build().readTree(String.valueOf(bundle.data().get("text/plain")));
    assertEquals(object.get("title"), read.get("title").asText());
    LayerError first =
        assertInstanceOf(LayerError.class, assertInstanceOf(List.class, report.value()).getFirst());
    assertEquals(
        first.weights().relativeFrobenius(),
        read.get("rows").get(0).get("‖w − ŵ‖ / ‖w‖").asDouble());
    assertTrue(read.get("notes").get(0).asText().startsWith("Output error"));
  }

  @Test
  void csvHoldsTheTableInFullPrecision(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("errors.csv");
    Report<?> report = run(BENCH + " --csv '%s'".formatted(file));
    assertTrue(report.toString().endsWith("2 rows written to %s.".formatted(file)));
    assertEquals(1, host.charts());
    List<String> lines = Files.readAllLines(file);
    assertEquals(3, lines.size());
    LayerError first =
        assertInstanceOf(LayerError.class, assertInstanceOf(List.class, report.value()).getFirst());
    assertTrue(
        lines.get(1).contains(String.valueOf(first.weights().relativeFrobenius())), lines.get(1));
    assertEquals(
        "UncheckedIOException",
        assertThrows(Refusal.class, () -> run(BENCH + " --csv /nowhere/at/all.csv")).name());
  }

  @Test
  void quietAndJsonDoNotGoTogether() {
    assertEquals(
        "--quiet shows nothing and --json one object; give one of them",
        assertThrows(Refusal.class, () -> run("hqq start 0.down_proj --quiet --json"))
            .getMessage());
  }
}
