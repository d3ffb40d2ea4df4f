package halfstep.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Libraries are behind the compiler's first view, and no cell, question or error may tell. */
class CompilePathTest {

  private final String classPath = System.getProperty("java.class.path");
  private final Engine engine = new Engine(classPath);

  @AfterEach
  void stop() {
    engine.close();
  }

  @Test
  void theProcessKeepsItsClassPath() {
    assertEquals(classPath, System.getProperty("java.class.path"));
  }

  @Test
  void cellsOfTheJdkNeedNoLibrary() throws Exception {
    engine.evaluate("var list = List.of(1, 2); list.size()", 1, 1);
    assertThrows(CompileFailure.class, () -> engine.evaluate("int 3x;", 2, 1));
    assertTrue(engine.widen(), "libraries were looked through though nothing named them");
    assertFalse(engine.widen());
  }

  @Test
  void anExpressionFindsALibrary() throws Exception {
    assertEquals(0, engine.evaluate("new com.google.gson.JsonObject().size()", 1, 1).object());
    assertFalse(engine.widen());
  }

  @Test
  void anImportFindsALibrary() throws Exception {
    engine.evaluate("import com.google.gson.*; new JsonArray()", 1, 1);
    assertEquals(0, engine.evaluate("new JsonArray().size()", 2, 1).object());
  }

  @Test
  void aDeclarationThatNamesALibraryRunsOnce() throws Exception {
    engine.evaluate("int runs = 0; int run() { return ++runs; }", 1, 1);
    engine.evaluate(
        "com.google.gson.JsonPrimitive one = new com.google.gson.JsonPrimitive(run());", 2, 1);
    assertEquals(1, engine.evaluate("one.getAsInt() + runs - 1", 3, 1).object());
  }

  @Test
  void aMethodThatNamesALibraryIsDeclared() throws Exception {
    engine.evaluate("int size(com.google.gson.JsonArray of) { return of.size(); }", 1, 1);
    assertEquals(0, engine.evaluate("size(new com.google.gson.JsonArray())", 2, 1).object());
  }

  @Test
  void completionFindsALibrary() {
    String source = "new com.google.gson.JsonPri";
    var found = new Completer(engine).complete(source, source.length());
    assertTrue(
        found.matches().stream().anyMatch(m -> m.startsWith("JsonPrimitive")), found::toString);
  }

  @Test
  void completionOfAnImportFindsALibraryBesideTheJdk() {
    String source = "import org.";
    var found = new Completer(engine).complete(source, source.length());
    assertTrue(found.matches().stream().anyMatch(m -> m.startsWith("zeromq")), found::toString);
  }

  @Test
  void inspectionFindsALibrary() {
    String source = "com.google.gson.JsonPrimitive";
    assertTrue(new Inspector(engine).inspect(source, source.length(), 0).isPresent());
  }

  @Test
  void anUnknownTypeOfALibraryGetsItsImport() {
    CompileFailure failure =
        assertThrows(CompileFailure.class, () -> engine.evaluate("new JsonPrimitive(1)", 1, 1));
    assertTrue(failure.problems().toString().contains("import com.google.gson.JsonPrimitive;"));
  }
}
