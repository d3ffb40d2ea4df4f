package halfstep.magics.command;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every line of the pages that begins with % is one that the magics take: the gallery's, the
 * course's solutions, and those that the tour types.
 */
class DocumentedMagicsTest {

  private static final Path ROOT = Path.of("..");

  @TestFactory
  Stream<DynamicTest> parses() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    for (String page : List.of("docs/tour", "docs/gallery", "notebooks/teaching")) {
      int before = tests.size();
      for (Path file : pages(ROOT.resolve(page))) {
        for (String line : Files.readAllLines(file)) {
          if (line.startsWith("%")) {
            tests.add(DynamicTest.dynamicTest(page + ": " + line, () -> understand(line)));
          }
        }
      }
      assertTrue(tests.size() > before, "no line was found in " + page);
    }
    return tests.stream();
  }

  private static List<Path> pages(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private static void understand(String line) {
    List<String> words = Words.of(line.substring(1));
    Commands.understand(words.getFirst(), words.subList(1, words.size()));
  }
}
