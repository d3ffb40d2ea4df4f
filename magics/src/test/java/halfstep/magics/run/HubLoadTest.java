package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.hub.Hub;
import halfstep.hub.HubSettings;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names of the hub in lines, without a network: the cache holds the model already. */
class HubLoadTest {

  private static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  @TempDir Path cache;
  private final RecordingHost host = new RecordingHost();
  private Session session = new Session(Folders.ofThisProcess());

  @BeforeEach
  void aCachedModel() throws IOException {
    Path repo = cache.resolve("models--org--tiny");
    Path snapshot = Files.createDirectories(repo.resolve("snapshots").resolve(COMMIT));
    Files.createDirectories(repo.resolve("refs"));
    Files.writeString(repo.resolve("refs/main"), COMMIT);
    Path natural = Folders.ofThisProcess().model("natural");
    try (Stream<Path> files = Files.list(natural)) {
      for (Path file : files.toList()) {
        Files.createSymbolicLink(snapshot.resolve(file.getFileName()), file);
      }
    }
    HubSettings offline =
        new HubSettings(
            cache,
            URI.create("http://127.0.0.1:9"),
            Optional.empty(),
            true,
            true,
            Duration.ofSeconds(1));
    session = new Session(Folders.ofThisProcess(), () -> new Hub(offline));
  }

  private Report<?> run(String line) {
    List<String> words = Words.of(line);
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }

  @Test
  void aModelOfTheHub() {
    String report = run("load org/tiny").toString();
    assertTrue(report.contains("org/tiny: "), report);
    String plan = String.valueOf(host.shown.getFirst().data().get("text/plain"));
    assertTrue(plan.startsWith("org/tiny at 01234567: "), plan);
    assertTrue(plan.contains("all in the cache") && plan.contains("Offline"), plan);
    run("load org/tiny@" + COMMIT);
    assertEquals("org/tiny@" + COMMIT, session.model().name());
  }

  @Test
  void aModelThatIsNotThere() {
    Refusal refusal = assertThrows(Refusal.class, () -> run("load org/other"));
    assertTrue(
        String.valueOf(refusal.getMessage()).contains("HF_HUB_OFFLINE forbids to fetch it"),
        refusal.getMessage());
    assertThrows(Refusal.class, () -> run("load org"));
    run("load org/other --else natural");
    assertEquals("natural", session.model().name());
    String said = String.valueOf(host.shown.getLast().data().get("text/plain"));
    assertTrue(said.endsWith("Loading natural instead."), said);
    assertThrows(Refusal.class, () -> run("load a--b/c --else natural"));
  }

  @Test
  void textsByWeightAndInOtherForms() throws IOException {
    run("load natural");
    Path lines = cache.resolve("own.jsonl");
    Files.writeString(
        lines, "{\"text\": \"%s\"}\n".formatted("Some words of our own. ".repeat(99)));
    Report<?> mixed =
        run(
            "awq salience 0.q_proj --tokens 128 --ctx 32 --calib %s=0.5 --calib prose.txt=0.5"
                .formatted(lines));
    assertTrue(
        mixed.toString().contains("own.jsonl, prose.txt (4 windows of 32)"), mixed.toString());
    assertThrows(
        Refusal.class,
        () -> run("awq salience 0.q_proj --calib %s=0.5 --calib prose.txt".formatted(lines)));
    Refusal offline =
        assertThrows(Refusal.class, () -> run("awq salience 0.q_proj --calib wikitext2"));
    assertTrue(
        String.valueOf(offline.getMessage()).contains("wikitext-2-raw-v1"), offline.getMessage());
  }

  @Test
  void overlapIsWarned() {
    run("load natural");
    String warned =
        run("bench model --methods rtn --bits 4 --tokens 256 --ctx 64 --calib prose.txt --text prose.txt")
            .toString();
    assertTrue(warned.contains("Careful: 100.0 % of the evaluation's sequences"), warned);
    String clean =
        run("bench model --methods rtn --bits 4 --tokens 256 --ctx 64 --text prose.txt").toString();
    assertTrue(!clean.contains("Careful"), clean);
  }
}
