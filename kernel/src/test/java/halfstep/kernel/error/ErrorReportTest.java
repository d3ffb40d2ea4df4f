package halfstep.kernel.error;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.engine.CellFailure;
import halfstep.kernel.engine.CompileFailure;
import halfstep.kernel.engine.Engine;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ErrorReportTest {

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

  private static List<String> plain(ErrorReport report) {
    return report.traceback().stream().map(l -> l.replaceAll("\u001b\\[[0-9;]*m", "")).toList();
  }

  @Test
  void thrownExceptionsAreNamedPlacedAndChained() throws Exception {
    engine.evaluate("int half(int x) {\n  return x / 0;\n}", 3, 1);
    String cell =
        "try {\n  half(2);\n} catch (ArithmeticException e) {\n  throw new IllegalStateException(\"outer\", e);\n}";
    CellFailure failure = assertThrows(CellFailure.class, () -> engine.evaluate(cell, 4, 1));
    ErrorReport report = ErrorReport.of(failure, false);
    assertEquals("IllegalStateException", report.name());
    assertEquals("outer", report.message());
    assertEquals(
        List.of(
            "IllegalStateException: outer",
            "    at cell 4, line 4",
            "Caused by ArithmeticException: / by zero",
            "    at half (cell 3, line 2)",
            "    at cell 4, line 2"),
        plain(report));
  }

  @Test
  void compileErrorsShowTheirLineWithACaret() throws Exception {
    CompileFailure failure =
        assertThrows(
            CompileFailure.class, () -> engine.evaluate("int a = 1;\n\nint b = \"x\" ;", 7, 1));
    ErrorReport report = ErrorReport.of(failure, false);
    assertEquals("CompileError", report.name());
    List<String> lines = plain(report);
    assertEquals("    cell 7, line 3", lines.get(1));
    assertEquals("    int b = \"x\" ;", lines.get(2));
    assertEquals("            ^^^", lines.get(3));
  }

  @Test
  void aRefusalIsItsSentence() {
    ErrorReport report = ErrorReport.of(new Refusal("UnknownLayer", "no layer x", null), false);
    assertEquals("UnknownLayer", report.name());
    assertEquals(List.of("UnknownLayer: no layer x"), plain(report));
  }

  @Test
  void whateverAnInterruptedCellThrowsIsAnInterruption() {
    assertEquals("Interrupted", ErrorReport.of(new InterruptedException(), true).name());
    assertEquals(
        "the cell was interrupted", ErrorReport.of(new InterruptedException(), true).message());
    assertEquals(
        "stopped after 7 of 20 iterations",
        ErrorReport.of(new IllegalStateException("stopped after 7 of 20 iterations"), true)
            .message());
  }

  @Test
  void circlesOfCausesEnd() {
    Exception a = new Exception("a");
    Exception b = new Exception("b", a);
    a.initCause(b);
    ErrorReport report = ErrorReport.of(a, false);
    assertEquals(1, plain(report).stream().filter(l -> l.startsWith("Caused by")).count());
  }

  @Test
  void suppressedExceptionsAreNamed() {
    Exception a = new Exception("a");
    a.addSuppressed(new java.io.IOException("while closing"));
    assertTrue(
        plain(ErrorReport.of(a, false)).contains("    Suppressed IOException: while closing"));
    assertFalse(
        plain(ErrorReport.of(a, false)).stream()
            .anyMatch(l -> l.contains("halfstep.kernel.engine")));
  }
}
