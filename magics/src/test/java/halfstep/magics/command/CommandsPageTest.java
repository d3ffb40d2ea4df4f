package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.magics.cli.Main;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The page {@code docs/commands.md} says what the option models say. */
class CommandsPageTest {

  private static final Path PAGE = Path.of("..", "docs", "commands.md");

  private static final String HEAD =
      """
      # Commands

      Every command with all its options, written from the models that also parse the lines, answer
      `%help` and complete with Tab. A test fails when this page is not what they say; to write it anew:

          ./mvnw -pl magics -am test -Dtest=CommandsPageTest -Dcommands=write \\
              -Dsurefire.failIfNoSpecifiedTests=false

      In a notebook a line begins with `%`; in JShell the same words go to `Halfstep.magic("…")`.
      `%%name` takes a line per call, except `%%bench`, which times the Java below it. Examples run
      in the tests with the embedded model `natural` loaded.
      """;

  @Test
  void thePageIsWhatTheModelsSay() throws IOException {
    String page = page();
    if ("write".equals(System.getProperty("commands"))) {
      Files.writeString(PAGE, page);
    }
    assertEquals(
        Files.readString(PAGE), page, "docs/commands.md is stale; its head says how to write it");
  }

  private static String page() {
    List<String> lines = new ArrayList<>(HEAD.lines().toList());
    lines.add("");
    lines.add("## In a notebook");
    for (String words : Commands.allWords()) {
      add(lines, CommandPage.of(Commands.spec(words)));
    }
    lines.add("");
    lines.add("## Options that several commands share");
    for (HelpTopic topic : HelpTopic.values()) {
      add(lines, CommandPage.of(topic));
    }
    lines.add("");
    lines.add("## In the terminal");
    lines.add("");
    lines.add("`./halfstep --help` lists all; these are the ones with options of Java's side.");
    new CommandLine(new Main())
        .getSubcommands()
        .values()
        .forEach(command -> add(lines, CommandPage.of(command.getCommandSpec())));
    return String.join("\n", lines) + "\n";
  }

  private static void add(List<String> lines, CommandPage page) {
    lines.add("");
    lines.add("### " + (page.synopsis().isEmpty() ? page.name() : "`" + page.name() + "`"));
    lines.add("");
    if (!page.synopsis().isEmpty()) {
      lines.add("`" + page.synopsis() + "`");
      lines.add("");
    }
    lines.add(escaped(page.description()));
    if (!page.entries().isEmpty()) {
      lines.add("");
      lines.add("| | |");
      lines.add("|---|---|");
      page.entries()
          .forEach((label, text) -> lines.add("| `%s` | %s |".formatted(label, escaped(text))));
    }
    if (!page.topics().isEmpty()) {
      lines.add("");
      page.topics()
          .forEach((topic, options) ->
              lines.add(
                  "And [%s](#%s): `%s`."
                      .formatted(topic.word(), topic.word(), String.join("`, `", options))));
    }
    if (!page.examples().isEmpty()) {
      lines.add("");
      page.examples().stream().flatMap(String::lines).forEach(line -> lines.add("    " + line));
    }
  }

  /** Signs that Markdown would take for its own. */
  private static String escaped(String text) {
    return String.format(Locale.ROOT, "%s", text)
        .replace("|", "\\|")
        .replace("*", "\\*")
        .replace("<", "&lt;");
  }
}
