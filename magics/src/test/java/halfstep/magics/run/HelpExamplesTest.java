package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.command.CommandExamples;
import halfstep.magics.command.Words;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The examples of every command's help, run as they stand. Those of cells need a kernel and run
 * over the wire.
 */
class HelpExamplesTest {

  private final RecordingHost host = new RecordingHost();
  @TempDir private Path folder;

  static Stream<String> pages() {
    return CommandExamples.pages().stream().filter(words -> !words.startsWith("%"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void theExamplesOfHelpRun(String words) {
    Session session = new Session(Folders.ofThisProcess().from(folder));
    run(session, "%load natural");
    run(session, "%hqq start 0.down_proj --bits 3");
    run(session, "%hqq step --to 5");
    for (String example : CommandExamples.of(words)) {
      Report<?> report = run(session, example);
      assertFalse(report.title().isBlank(), example);
      assertTrue(report.bundle().data().containsKey("text/html"), example);
    }
  }

  private Report<?> run(Session session, String line) {
    List<String> words = Words.of(line.substring(1));
    return Runner.run(host, session, words.getFirst(), words.subList(1, words.size()));
  }
}
