package halfstep.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is over is forgotten, and nothing that a cell may still ask for. */
class SnippetLedgerTest {

  private final Engine engine = new Engine(System.getProperty("java.class.path"));

  @AfterEach
  void stop() {
    engine.close();
  }

  /** One cell after the other, as the kernel runs them; the last one's value. */
  private Object run(int number, String source) throws Exception {
    try {
      return String.valueOf(engine.evaluate(source, number, 1).object());
    } finally {
      engine.forgetCell();
    }
  }

  private CellFailure failure(int number, String source) {
    return assertThrows(CellFailure.class, () -> run(number, source));
  }

  @Test
  void thisJdkKeepsItsBooksWhereWeLook() {
    assertTrue(SnippetLedger.fits());
    assertTrue(engine.forgets(), "the tests' JVM lacks " + SnippetLedger.FLAG);
  }

  @Test
  void booksDoNotGrow() throws Exception {
    JShell shell = JShell.builder().executionEngine("local").build();
    SnippetLedger ledger = SnippetLedger.of(shell).orElseThrow();
    SnippetOrigins origins = new SnippetOrigins();
    int before = 0;
    for (int i = 0; i < 12; i++) {
      Set<Snippet> over = new HashSet<>();
      for (String source :
          List.of("int x = " + i + ";", "x + 1", "for (;;) break;", "nowhere + 1")) {
        shell.eval(source).stream()
            .map(SnippetEvent::snippet)
            .filter(s -> !s.source().startsWith("int"))
            .forEach(over::add);
      }
      over.stream().filter(s -> s.kind() == Snippet.Kind.VAR).forEach(shell::drop);
      ledger.strike(over, origins);
      before = i == 1 ? ledger.size() : before;
    }
    assertEquals(before, ledger.size());
    assertEquals(1, shell.snippets().count(), "only x is declared");
    shell.close();
  }

  @Test
  void declarationsLive() throws Exception {
    run(1, "int x = 1; record P(int a) {} int twice(int n) { return 2 * n + x; }");
    for (int i = 2; i < 8; i++) {
      run(i, "x = " + i + "; twice(x)");
      run(i, "int twice(int n) { return 3 * n + x; }");
      assertThrows(CompileFailure.class, () -> run(20, "missing + 1"));
    }
    assertEquals("28", run(9, "new P(7).a() * 4"));
    assertEquals("10", run(10, "twice(1) + twice(0) - x + 0"));
    run(11, "String x = \"text\";");
    assertEquals("4", run(12, "x.length()"));
  }

  @Test
  void anOldTypeThatLivesOnInAVariableIsStillRead() throws Exception {
    run(1, "class Old { int n() { return 5; } }");
    run(2, "Object kept = new Old(); var list = new ArrayList<Object>(List.of(kept));");
    run(3, "class Old { String n() { return \"new\"; } }");
    run(4, "1 + 1");
    assertEquals("true", run(5, "list.size() == 1 && !new Old().n().isEmpty()"));
    run(6, "var anonymous = new Object() { int inside = 9; };");
    run(7, "2 + 2");
    assertEquals("9", run(8, "anonymous.inside"));
  }

  @Test
  void aTemporaryNameMayBeDeclared() throws Exception {
    run(1, "1 + 1");
    run(2, "int $1 = 40;");
    assertEquals("42", run(3, "$1 + 2"));
    run(4, "String $1 = \"x\";");
    assertEquals("1", run(5, "$1.length()"));
  }

  @Test
  void linesOfForgottenCellsAreToldWhenTheirCodeRunsLater() throws Exception {
    run(1, "List<Runnable> jobs = new ArrayList<>();");
    run(2, "int fine = 1;\njobs.add(() -> {\n  throw new IllegalStateException(\"late\");\n});");
    run(
        3,
        "void later() {\n  throw new IllegalStateException(\"declared\");\n}\njobs.add(() -> later());");
    run(4, "void later() { }");
    run(5, "3 + 3");
    CellFailure late = failure(6, "\njobs.get(0).run();");
    List<String> frames = Optional.ofNullable(late.frames(0)).orElseThrow();
    assertTrue(frames.getFirst().endsWith("(cell 2, line 3)"), frames::toString);
    assertEquals("cell 6, line 2", frames.getLast());
    assertFalse(frames.toString().contains("REPL"), frames::toString);
  }

  @Test
  void aCellOfThousandsOfLinesIsForgottenInNoTime() throws Exception {
    JShell shell = JShell.builder().executionEngine("local").build();
    SnippetLedger ledger = SnippetLedger.of(shell).orElseThrow();
    SnippetOrigins origins = new SnippetOrigins();
    shell.eval("int x = 0;");
    int lines = 6_000;
    Snippet block = shell.eval("{\n" + "x = 1;\n".repeat(lines) + "}").getFirst().snippet();
    origins.remember(block, 3, 1);
    long before = System.nanoTime();
    ledger.strike(Set.of(block), origins);
    double seconds = (System.nanoTime() - before) / 1e9;
    assertTrue(seconds < 0.3, seconds + " s for " + lines + " lines");
    shell.close();
  }

  @Test
  void farDownInALongCellTheLineIsStillTold() throws Exception {
    run(1, "List<Runnable> jobs = new ArrayList<>(); int x = 0;");
    run(2, "{\n" + "x = 1;\n".repeat(1_500) + "jobs.add(() -> { throw new Error(\"far\"); });\n}");
    for (int i = 3; i < 20; i++) {
      run(i, "3 + " + i);
    }
    List<String> frames = Optional.ofNullable(failure(20, "jobs.get(0).run()").frames(0)).get();
    assertTrue(frames.getFirst().endsWith("(cell 2, line 1502)"), frames::toString);
  }

  @Test
  void aFailureOfEachKindKeepsItsPlace() throws Exception {
    for (int i = 1; i < 4; i++) {
      CellFailure thrown = failure(i, "int y = 0;\n1 / y");
      assertEquals(List.of("cell %d, line 2".formatted(i)), thrown.frames(0));
    }
    run(4, "int inverse(int n) {\n  return 1 / n;\n}");
    run(5, "4 + 4");
    List<String> frames = Optional.ofNullable(failure(6, "inverse(0)").frames(0)).orElseThrow();
    assertEquals(List.of("inverse (cell 4, line 2)", "cell 6, line 1"), frames);
  }
}
