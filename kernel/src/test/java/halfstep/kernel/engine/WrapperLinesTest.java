package halfstep.kernel.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.kernel.engine.SnippetOrigins.Place;
import halfstep.kernel.engine.SnippetOrigins.Stretch;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import org.junit.jupiter.api.Test;

/** One walk tells of every line what JShell tells when it is asked for each. */
class WrapperLinesTest {

  private static final List<String> SNIPPETS =
      List.of(
          "int x = 3;",
          "int a = 1,\n  b =\n  2,\n  c;",
          "var text = \"\"\"\n  one\n  two\n  \"\"\";",
          "x +\n  1",
          "x",
          "for (int i = 0;\n    i < 3; i++) {\n  x++;\n}",
          "var both = new Object() {\n  int in = 4;\n  int out() {\n    return in;\n  }\n};",
          "Runnable r = new Runnable() {\n  public void run() {\n    x++;\n  }\n};",
          "int even(int n) {\n  return n == 0 ? 1 : odd(n - 1);\n}",
          "int odd(int n) {\n  return n == 0 ? 0 : even(n - 1);\n}",
          "record P(int a,\n    int b) {\n  int sum() {\n    return a + b;\n  }\n}",
          "class A {\n  B other;\n}",
          "class B {\n  A other;\n}");

  @Test
  void theWalkAnswersAsJShellDoes() throws ReflectiveOperationException {
    try (JShell shell = JShell.builder().executionEngine("local").build()) {
      SnippetOrigins origins = new SnippetOrigins();
      for (int i = 0; i < SNIPPETS.size(); i++) {
        int cell = i + 1;
        shell
            .eval(SNIPPETS.get(i))
            .forEach(event -> {
              if (event.causeSnippet() == null) {
                origins.remember(event.snippet(), cell, 1);
              }
            });
      }
      List<Object> outers = outers(shell);
      assertTrue(outers.size() >= SNIPPETS.size(), outers::toString);
      for (Object outer : outers) {
        WrapperLines lines = WrapperLines.find(outer.getClass());
        lines.reached().forEach(part -> part.setAccessible(true));
        List<Stretch> stretches = lines.of(outer, origins);
        List<Place> asked = asked(outer, origins);
        List<Place> walked = new ArrayList<>();
        for (int line = 0; line < asked.size(); line++) {
          int at = line;
          walked.add(stretches.stream().filter(s -> s.from() <= at).toList().getLast().at(line));
        }
        assertEquals(asked, walked, outer::toString);
      }
    }
  }

  private static List<Object> outers(JShell shell) throws ReflectiveOperationException {
    Field map = JShell.class.getDeclaredField("outerMap");
    Field classes = map.getType().getDeclaredField("classOuters");
    for (AccessibleObject part : List.of(map, classes)) {
      part.setAccessible(true);
    }
    return List.copyOf(((Map<?, ?>) classes.get(map.get(shell))).values());
  }

  /** Line by line, as it was done before. */
  private static List<Place> asked(Object outer, SnippetOrigins origins)
      throws ReflectiveOperationException {
    Method text = outer.getClass().getMethod("wrapped");
    Method snippetAt = outer.getClass().getMethod("wrapLineToSnippet", int.class);
    Method lineAt = outer.getClass().getMethod("wrapLineToSnippetLine", int.class);
    for (Method method : List.of(text, snippetAt, lineAt)) {
      method.setAccessible(true);
    }
    List<Place> places = new ArrayList<>();
    long breaks = ((String) text.invoke(outer)).chars().filter(c -> c == '\n').count();
    for (int line = 0; line < breaks; line++) {
      Snippet snippet = (Snippet) snippetAt.invoke(outer, line);
      places.add(origins.place(snippet, (int) lineAt.invoke(outer, line) + 1));
    }
    return places;
  }
}
