package halfstep.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/algorithms show to be typed into JShell is typed into JShell here. */
public class AlgorithmPagesTest {

  private static final Path PAGES = Path.of("..", "..", "docs", "algorithms");

  /** The fenced blocks of Java. */
  private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

  /** The names that the pages take as given. */
  private static final List<String> GIVEN =
      List.of(
          "import halfstep.tensor.*;",
          "import halfstep.quant.*;",
          "import halfstep.quant.QuantMethod.*;",
          "import halfstep.rtn.*;",
          "import halfstep.hqq.*;",
          "import halfstep.ls.*;",
          "import halfstep.awq.*;",
          "import halfstep.gptq.*;",
          "import halfstep.calib.*;",
          "import halfstep.metric.*;",
          "import halfstep.compose.*;",
          "import java.util.*;",
          "Matrix w = halfstep.testing.AlgorithmPagesTest.gaussian(16, 256, 1);",
          "Matrix x = halfstep.testing.AlgorithmPagesTest.gaussian(80, 256, 2);",
          "QuantSpec spec = QuantSpec.of(4, 64).with(ZeroPoint.INTEGER);",
          "List<Activations> windows = Activations.perWindow(x, 40, 40);",
          "Inspected inspected = weights -> Matmul.timesTransposed(x, weights.getFirst());");

  /** What the pages call {@code w} and {@code x}. */
  public static Matrix gaussian(int rows, int cols, long seed) {
    Random random = new Random(seed);
    Matrix matrix = Matrix.zeros(rows, cols);
    for (long i = 0; i < matrix.size(); i++) {
      matrix.put(i, (float) (0.02 * random.nextGaussian()));
    }
    return matrix;
  }

  static Stream<String> pages() {
    return Stream.of("rtn", "hqq", "least-squares", "awq", "gptq");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void itsLinesRun(String page) throws IOException {
    String text = Files.readString(PAGES.resolve(page + ".md"));
    int heading = text.indexOf("## In five lines of JShell\n");
    assertTrue(heading >= 0, page + " shows its method in JShell");
    List<String> blocks =
        JAVA.matcher(text.substring(heading)).results().map(found -> found.group(1)).toList();
    assertFalse(blocks.isEmpty());
    assertEquals(5, blocks.getFirst().lines().count(), page + " shows its method in five lines");
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      shell.addToClasspath(folder(Matrix.class));
      shell.addToClasspath(folder(AlgorithmPagesTest.class));
      GIVEN.forEach(line -> run(shell, line));
      for (String block : blocks) {
        snippets(shell, block).forEach(snippet -> run(shell, snippet));
      }
    }
  }

  private static String folder(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A block cut into what JShell takes at once; a line without a semicolon is complete. */
  private static List<String> snippets(JShell shell, String block) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    List<String> snippets = new ArrayList<>();
    StringBuilder pending = new StringBuilder();
    for (String line : block.split("\n", -1)) {
      pending.append(line).append('\n');
      boolean complete = analysis.analyzeCompletion(pending.toString()).completeness().isComplete();
      if (complete) {
        snippets.add(pending.toString());
        pending.setLength(0);
      }
    }
    assertTrue(pending.toString().isBlank(), "not complete: " + pending);
    return snippets;
  }

  /** Fails unless it is valid and throws nothing; a page may declare a given name anew. */
  private static void run(JShell shell, String snippet) {
    List<SnippetEvent> own =
        shell.eval(snippet).stream().filter(event -> event.causeSnippet() == null).toList();
    for (SnippetEvent event : own) {
      String said =
          shell.diagnostics(event.snippet()).map(d -> d.getMessage(null)).toList().toString();
      assertEquals(Snippet.Status.VALID, event.status(), snippet + said);
      assertTrue(event.exception() == null, () -> snippet + event.exception());
    }
  }
}
