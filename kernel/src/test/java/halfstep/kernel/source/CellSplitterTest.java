package halfstep.kernel.source;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import halfstep.kernel.engine.Engine;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CellSplitterTest {

  @SuppressWarnings("NullAway.Init")
  private static Engine engine;

  @BeforeAll
  static void start() {
    engine = new Engine("");
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  private static List<CellPart> split(String cell) {
    return new CellSplitter(
            engine::isComplete,
            engine::lacksSemicolon,
            name -> name.equals("hqq"),
            line -> line.replaceFirst("%.*", "magic();"))
        .split(cell);
  }

  @Test
  void aMagicAlone() {
    assertEquals(
        List.of(new CellPart.Line("hqq", " start layer --bits 4")),
        split("%hqq start layer --bits 4"));
  }

  @Test
  void aWholeCell() {
    assertEquals(
        List.of(new CellPart.Whole("bench", " --fast", "a\n%b\n")),
        split("\n%%bench --fast\na\n%b\n"));
  }

  @Test
  void help() {
    assertEquals(List.of(new CellPart.Help("hqq")), split("%hqq?"));
    assertEquals(List.of(new CellPart.Help("hqq")), split("%%hqq?"));
  }

  @Test
  void magicsAmongJavaKeepTheirLines() {
    assertEquals(
        List.of(
            new CellPart.Java("int x = 5;\n", 1),
            new CellPart.Line("hqq", " a"),
            new CellPart.Java("for (;;) {\n  break;\n}\n", 3),
            new CellPart.Line("awq", "")),
        split("int x = 5;\n%hqq a\nfor (;;) {\n  break;\n}\n  %awq"));
  }

  @Test
  void aKnownMagicMayFollowABareExpression() {
    assertEquals(2, split("x\n%hqq a").size());
  }

  @Test
  void anAssignedMagicIsTranspiled() {
    assertEquals(
        List.of(new CellPart.Java("Step s = magic();\ns\n", 1)), split("Step s = %hqq q\ns"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10 %7",
        "int r = 10\n  %hqq;",
        "a\n%b",
        "f(1,\n%hqq)",
        "var t = \"\"\"\n%hqq a\n\"\"\";",
        "/* note\n%hqq a\n*/",
        "int m = a %b;",
        "String s = \"x = %hqq\";",
        "// y = %hqq"
      })
  void percentSignsThatAreJava(String cell) {
    assertEquals(List.of(new CellPart.Java(cell + "\n", 1)), split(cell));
  }

  @Test
  void blankCellsHaveNoParts() {
    assertEquals(List.of(), split(" \n\n"));
  }

  @Test
  void aNameWithAQuestionMarkAloneInACellIsExplained() {
    assertEquals(List.of(new CellPart.Explain("Math.abs", 0)), split("Math.abs?"));
    assertEquals(List.of(new CellPart.Explain("List", 1)), split(" List??\n"));
    assertEquals(List.of(new CellPart.Java("a ? b : c\n", 1)), split("a ? b : c"));
  }

  /** Each of these lines would be a magic if the statement before it ended. */
  @Test
  void openCommentsAreLookedThroughOnce() {
    String cell = "/*\n%load x\n".repeat(5_000);
    List<CellPart> parts =
        assertTimeoutPreemptively(
            Duration.ofSeconds(20),
            () ->
                new CellSplitter(text -> false, text -> false, name -> true, line -> line)
                    .split(cell));
    assertEquals(List.of(new CellPart.Java(cell + "\n", 1)), parts);
  }
}
