package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.magics.command.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine.ParseResult;

/** Every line of the pages that begins with {@code ./halfstep} is one that the launcher takes. */
class DocumentedLinesTest {

  private static final Path ROOT = Path.of("..");

  /**
   * Up to what ends a command in a page or a shell; between backticks it may go on in the next
   * line. A line with … shows a pattern.
   */
  private static final Pattern LINE =
      Pattern.compile("`\\./halfstep ([^`|>&;#)]+)|\\./halfstep ([^`|>&;#)\\n]+)");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|'([^']*)'|(\\S+)");

  @TestFactory
  Stream<DynamicTest> parses() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (Path page : pages()) {
      // a backslash at the end of a line goes on below
      String text = Files.readString(page).replaceAll("\\\\\\n\\s*", " ");
      Matcher lines = LINE.matcher(text);
      while (lines.find()) {
        List<String> words = words(lines.group(1) == null ? lines.group(2) : lines.group(1));
        if (isOurs(words)) {
          String name = ROOT.relativize(page) + ": " + String.join(" ", words);
          tests.add(
              DynamicTest.dynamicTest(name, () -> assertDoesNotThrow(() -> parse(words), name)));
        }
      }
    }
    assertTrue(tests.size() > 20, "only %d lines were found".formatted(tests.size()));
    return tests.stream();
  }

  private static List<Path> pages() throws IOException {
    List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md")));
    for (String folder : List.of("docs", "notebooks", "bench")) {
      try (Stream<Path> all = Files.walk(ROOT.resolve(folder))) {
        all.filter(file -> file.toString().endsWith(".md"))
            .filter(file -> !file.toString().contains(".venv"))
            .forEach(pages::add);
      }
    }
    return pages;
  }

  private static List<String> words(String line) {
    List<String> words = new ArrayList<>();
    Matcher matcher = WORD.matcher(line.replaceAll("[\\[\\]]", " "));
    while (matcher.find()) {
      words.add(matcher.group().replaceAll("^[\"']|[\"']$", "").replaceAll("[.,:]$", ""));
    }
    return words;
  }

  /** Whether Java parses the line: the launcher keeps some commands to itself. */
  private static boolean isOurs(List<String> words) {
    return words.size() > 1
        && Main.commandLine().getSubcommands().containsKey(words.getFirst())
        && words.stream().noneMatch(word -> word.contains("…"));
  }

  private static void parse(List<String> words) {
    ParseResult parsed = Main.commandLine().parseArgs(words.toArray(String[]::new)).subcommand();
    List<String> rest =
        parsed.matchedPositionals().stream()
            .filter(positional -> positional.paramLabel().startsWith("EXPERIMENT"))
            .flatMap(positional -> positional.originalStringValues().stream())
            .toList();
    if (!rest.isEmpty()) {
      Commands.understand("lab", rest);
    }
  }
}
