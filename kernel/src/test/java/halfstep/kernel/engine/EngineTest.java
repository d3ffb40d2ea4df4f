package halfstep.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.spi.Refusal;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.util.ArrayList;
import java.util.List;
import jdk.jshell.spi.ExecutionControl.ClassBytecodes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EngineTest {

  @SuppressWarnings("NullAway.Init")
  private static Engine engine;

  @BeforeAll
  static void start() {
    engine = new Engine(System.getProperty("java.class.path"));
  }

  @AfterAll
  static void stop() {
    engine.close();
  }

  @Test
  void declaredObjectsAreTheSameObjects() throws Exception {
    List<String> list = new ArrayList<>(List.of("a"));
    engine.declare("list", "java.util.List<String>", list);
    assertSame(list, engine.variable("list"));
    engine.evaluate("list.add(\"b\".repeat(2));", 1, 1);
    assertEquals(List.of("a", "bb"), list);
    assertEquals(2, engine.evaluate("list.get(1).length()", 1, 1).object());
  }

  @Test
  void whatCannotBeLoadedIsNotTakenForNothing() throws Exception {
    try (Engine own = new Engine(System.getProperty("java.class.path"))) {
      String source = "new Throwable().getStackTrace()[0].getClassName()";
      String last = String.valueOf(own.evaluate(source, 1, 1).object());
      int number = Integer.parseInt(last.replaceAll("\\D+(\\d+).*", "$1"));
      List<ClassBytecodes> taken = new ArrayList<>();
      for (int next = number + 1; next < number + 10; next++) {
        String name = "REPL.$JShell$" + next;
        taken.add(new ClassBytecodes(name, ClassFile.of().build(ClassDesc.of(name), type -> {})));
      }
      ((SnippetLoader) own.loader()).load(taken.toArray(ClassBytecodes[]::new));
      Refusal refusal = assertThrows(Refusal.class, () -> own.evaluate("40 + 2", 2, 1));
      assertTrue(String.valueOf(refusal.getMessage()).contains("did not run"), refusal::toString);
    }
  }

  @Test
  void primitivesCanBeDeclared() throws Exception {
    engine.declare("count", "int", 7);
    assertEquals(8, engine.evaluate("count + 1", 1, 1).object());
  }

  @Test
  void wrongTypesAreRefused() {
    CellFailure failure =
        assertThrows(CellFailure.class, () -> engine.declare("n", "Integer", "text"));
    assertTrue(failure.thrown() instanceof ClassCastException);
    assertThrows(CompileFailure.class, () -> engine.declare("1x", "int", 1));
  }

  @Test
  void onlyExpressionsAreShown() throws Exception {
    assertTrue(engine.evaluate("1 + 1", 1, 1).shown());
    assertFalse(engine.evaluate("1 + 1;", 1, 1).shown());
    assertFalse(engine.evaluate("int shown = 1", 1, 1).shown());
    assertFalse(engine.evaluate("shown = 3", 1, 1).shown());
    assertTrue(engine.evaluate("shown", 1, 1).shown());
  }

  @Test
  void redefinitionTakesEffect() throws Exception {
    engine.evaluate("int f() { return 1; }", 1, 1);
    engine.evaluate("int g() { return f() + 1; }", 2, 1);
    engine.evaluate("int f() { return 10; }", 3, 1);
    assertEquals(11, engine.evaluate("g()", 4, 1).object());
  }

  @Test
  void completeness() {
    assertEquals(Completeness.COMPLETE, engine.completeness("int x = 1;\nx"));
    assertEquals(Completeness.INCOMPLETE, engine.completeness("int x = 1;\nif (x > 0) {"));
    assertEquals(Completeness.INVALID, engine.completeness("int 3x = ;"));
    assertEquals(Completeness.COMPLETE, engine.completeness(""));
  }

  @Test
  void javadocBecomesText() {
    assertEquals(
        "f()\n    Returns <the> size.\n",
        Javadoc.text("f()", "Returns {@code <the>} <em>size</em>.\n More.\n@return it", 0));
    assertTrue(Javadoc.text("f()", "A.\n@return it", 1).contains("return: it"));
    assertTrue(Javadoc.html("f<T>()", null, 1).contains("f&lt;T&gt;()"));
  }

  /** The JDK's compiler ends in an AssertionError on an annotated type that is half written. */
  @Test
  void whereTheCompilerFailsOneSentenceSaysSo() {
    String source = "@De~d <T extends @interfaceComparable<T>> T _... a) { return a[0]";
    Refusal refused = assertThrows(Refusal.class, () -> engine.qualified(source));
    assertTrue(
        String.valueOf(refused.getMessage()).contains("compiler fails on this source"),
        refused.getMessage());
    assertThrows(Refusal.class, () -> engine.qualified("::10\u001aenum"));
    assertEquals(
        Completeness.INVALID,
        engine.completeness("import <T extends @interfaceComparable<T>> T\n  $1System.out.printl"));
    assertTrue(engine.isComplete("int whole = 1;"));
  }
}
