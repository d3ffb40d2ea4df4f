package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Model.OptionSpec;

class HelpTest {

  static Stream<String> pages() {
    return Stream.concat(Commands.allWords().stream(), HelpTopic.words().stream());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachFitsOneScreen(String words) {
    String help = Commands.help(words);
    List<String> lines = help.lines().toList();
    assertTrue(lines.size() <= Commands.HELP_LINES, lines.size() + " lines:\n" + help);
    assertTrue(
        lines.stream().allMatch(line -> line.length() <= Commands.HELP_WIDTH), "wide:\n" + help);
    assertFalse(help.contains("${") && !help.contains("${NAME}"), "unrendered: " + help);
  }

  @ParameterizedTest
  @MethodSource("pages")
  void eachCommandHasAnExample(String words) {
    if (HelpTopic.of(words).isEmpty() && Commands.spec(words).subcommands().isEmpty()) {
      assertTrue(Commands.help(words).contains("Example"), Commands.help(words));
    }
  }

  @ParameterizedTest
  @MethodSource("pages")
  void everyOptionIsNamed(String words) {
    if (HelpTopic.of(words).isEmpty()) {
      String help = Commands.help(words);
      for (OptionSpec option : Commands.spec(words).options()) {
        assertTrue(help.contains(option.longestName()), option.longestName() + " in\n" + help);
      }
    }
  }

  @Test
  void aQuestionMarkAsksForHelp() {
    assertEquals(help("hqq", false), ask("hqq", "?"));
    assertEquals(help("hqq start", false), ask("hqq", "start?"));
    assertEquals(help("hqq start", true), ask("hqq", "start", "??"));
    assertEquals(help("generate", true), ask("generate", "??"));
    assertEquals(help("%bench", false), Commands.parse("help", List.of("%%bench")));
    assertEquals(
        Request.Generate.class, ask("generate", "What is a weight?").getClass(), "a prompt");
  }

  private static Request ask(String name, String... words) {
    return Commands.parse(name, List.of(words));
  }

  private static Request help(String words, boolean code) {
    return new Request.Help(Optional.of(words), code, Optional.empty());
  }

  @Test
  void unknownPagesNameTheNearest() {
    assertEquals(
        "%hqq has no command strt; nearest: start. It has: "
            + String.join(", ", Commands.spec("hqq").subcommands().keySet()),
        refusal("hqq strt"));
    assertEquals("there is no %hqqq; nearest: %hqq. %help lists all.", refusal("hqqq"));
    assertEquals("%load has no commands; %help load explains it", refusal("load it"));
  }

  private static String refusal(String words) {
    return String.valueOf(
        assertThrows(UsageException.class, () -> Commands.help(words)).getMessage());
  }

  @Test
  void longTextsAreBrokenAtBlanks() {
    assertEquals(List.of("aa bb", "  cc", "  dd"), CommandPage.wrapped("aa bb cc dd", 5, "  "));
    assertEquals(List.of("aaaaaaa"), CommandPage.wrapped("aaaaaaa", 5, ""));
  }
}
