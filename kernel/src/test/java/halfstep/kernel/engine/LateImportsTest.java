package halfstep.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Imports come when they are needed, and no cell may tell when. */
class LateImportsTest {

  private final JShell shell = JShell.builder().executionEngine("local").build();
  private final EngineLock lock = new EngineLock();
  private final LateImports late = new LateImports(lock, getClass().getClassLoader(), shell::eval);
  private final Engine engine = new Engine("");

  @AfterEach
  void stop() {
    shell.close();
    engine.close();
  }

  private List<String> imported() {
    return shell.imports().map(ImportSnippet::fullname).toList();
  }

  @Test
  void theyWaitUntilTheyAreBrought() {
    late.add("import java.util.*;\nimport java.util.zip.*;\n");
    assertEquals(List.of(), imported());
    assertTrue(late.bring());
    assertEquals(List.of("java.util.*", "java.util.zip.*"), imported());
    assertFalse(late.bring(), "brought twice");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          new CRC32()                                  | java.util.zip.*
          List.of(new CRC32())                         | java.util.*, java.util.zip.*
          Entry<String, Integer> e                     | java.util.Map.*
          Map.Entry<String, Integer> e                 | java.util.*, java.util.Map.*
          sqrt(2)                                      | java.lang.Math.*
          emptyList()                                  | java.util.Collections.emptyList
          1 + 1                                        |
          absent("java.util.zip")                      |
          """)
  void aCellBringsThoseThatHoldItsNames(String cell, @Nullable String expected) {
    late.add(
        """
        import java.util.*;
        import java.util.Map.*;
        import java.util.zip.*;
        import static java.lang.Math.*;
        import static java.util.Collections.emptyList;
        """);
    List<String> all = expected == null ? List.of() : List.of(expected.split(", "));
    assertEquals(!all.isEmpty(), late.bringFor(cell));
    assertEquals(all, imported());
    assertFalse(late.bringFor(cell), "brought twice");
    assertTrue(late.bring(), "the others wait on");
    assertEquals(5, imported().size());
  }

  @Test
  void whatCannotBeReadMayBringAnything() {
    late.add("import module java.sql;");
    assertTrue(late.bringFor("1 + 1"));
  }

  @Test
  void aNameThatNothingHoldsBringsNone() throws Exception {
    assertThrows(CompileFailure.class, () -> engine.evaluate("new Absent(missing)", 1, 1));
    assertEquals(List.of(), engine.imported());
    engine.evaluate("List.of(1)", 2, 1);
    assertEquals(List.of("java.util.*"), engine.imported());
  }

  @Test
  void whatDoesNotCompileKeepsNoOtherBack() {
    late.add("import no.such.place.*;\nimport java.util.*;");
    assertTrue(late.bring());
    assertEquals(List.of("java.util.*"), imported());
  }

  @Test
  void aCellThatNeedsOneRunsOnce() throws Exception {
    engine.importLater("import java.util.zip.*;");
    engine.evaluate("int runs = 0; int run() { return ++runs; }", 1, 1);
    engine.evaluate("CRC32 sum = new CRC32(); sum.update(run());", 2, 1);
    assertEquals(1, engine.evaluate("runs", 3, 1).object());
  }

  @Test
  void whatCellsDeclaredStaysAndKeepsPrecedence() throws Exception {
    engine.evaluate("class List { int size() { return 7; } }\nint x = 5;", 1, 1);
    engine.bringImports();
    assertEquals(12, engine.evaluate("new List().size() + x", 2, 1).object());
  }

  @Test
  void aMethodThatWaitsForATypeIsWhole() throws Exception {
    engine.importLater("import java.util.zip.*;");
    engine.evaluate("long sum(CRC32 of) { return of.getValue(); }", 1, 1);
    assertEquals(0L, engine.evaluate("sum(new CRC32())", 2, 1).object());
  }

  @Test
  void completionAndInspectionKnowThem() {
    engine.importLater("import java.util.zip.*;");
    assertTrue(new Completer(engine).complete("CRC3", 4).matches().contains("CRC32"));
    assertTrue(new Inspector(engine).inspect("CRC32", 5, 0).isPresent());
  }

  @Test
  void aQuestionBringsWhatItNames() {
    engine.importLater("import java.util.zip.*;");
    assertTrue(new Completer(engine).complete("System.out.pri", 14).matches().contains("println("));
    assertEquals(List.of(), engine.imported());
    String source = "new CRC32().getV";
    assertTrue(
        new Completer(engine).complete(source, source.length()).matches().contains("getValue()"));
    assertTrue(new Inspector(engine).inspect("List.of(", 7, 0).isPresent());
    assertEquals(List.of("java.util.zip.*", "java.util.*"), engine.imported());
  }
}
