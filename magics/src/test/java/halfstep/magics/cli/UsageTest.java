package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.UnmatchedArgumentException;

/** What the command line says of itself, and of words that it does not know. */
class UsageTest {

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... words) {
    return Main.run(new PrintWriter(out, true), new PrintWriter(err, true), words);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "-h"})
  void helpListsEveryCommand(String word) {
    assertEquals(0, run(word), err.toString());
    for (String command : Main.commandLine().getSubcommands().keySet()) {
      assertTrue(out.toString().lines().anyMatch(l -> l.strip().startsWith(command)), command);
    }
    assertEquals("", err.toString());
  }

  @Test
  void versionIsOneLine() {
    assertEquals(0, run("--version"), err.toString());
    assertTrue(out.toString().matches("halfstep \\S+\\R"), out.toString());
    assertEquals("", err.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --hlep   | halfstep has no option --hlep; nearest: --help
          quantise | halfstep does not know what to do with "quantise"
          """)
  void unknownWordsAreOneSentenceAndStatusTwo(String word, String sentence) {
    assertEquals(2, run(word));
    assertEquals("halfstep: " + sentence, err.toString().strip());
    assertEquals("", out.toString());
  }

  @Test
  void noCommandIsWrongUsage() {
    assertEquals(2, run());
    assertEquals(1, err.toString().lines().count(), err.toString());
  }

  @Test
  void aCommandWithoutOptionsHasNoNearest() {
    CommandLine bare = new CommandLine(CommandSpec.create().name("bare"));
    assertEquals(
        "bare has no option --help",
        UsageErrors.sentence(new UnmatchedArgumentException(bare, List.of("--help"))));
  }
}
