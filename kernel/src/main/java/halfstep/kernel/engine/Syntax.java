package halfstep.kernel.engine;

import com.sun.source.util.JavacTask;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import javax.tools.Diagnostic;
import javax.tools.DiagnosticCollector;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Asks the JDK's parser, and no more than the parser, whether a snippet could be Java. */
final class Syntax {

  /**
   * The places in which a snippet may stand: among statements, as a value, among members, among
   * imports.
   */
  private static final List<String> PLACES =
      List.of(
          "class $ { void $() { %s\n} }",
          "class $ { Object $ = %s\n; }", "class $ { %s\n }", "%s\nclass $ {}");

  private Syntax() {}

  static boolean isPossible(String snippet) {
    return PLACES.stream().anyMatch(place -> parses(place.replace("%s", snippet)));
  }

  private static boolean parses(String unit) {
    DiagnosticCollector<JavaFileObject> problems = new DiagnosticCollector<>();
    JavacTask task =
        (JavacTask)
            ToolProvider.getSystemJavaCompiler()
                .getTask(null, null, problems, options(), null, List.of(new Unit(unit)));
    try {
      task.parse();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory could not be read", e);
    } catch (IllegalStateException e) {
      return false; // an assertion of the parser's: it breaks on trees of errors alone
    }
    return problems.getDiagnostics().stream().noneMatch(d -> d.getKind() == Diagnostic.Kind.ERROR);
  }

  private static List<String> options() {
    List<String> options = new ArrayList<>(CompilerOptions.preview());
    options.add("-proc:none");
    return options;
  }

  static final class Unit extends SimpleJavaFileObject {

    private final String text;

    Unit(String text) {
      super(URI.create("string:///$.java"), Kind.SOURCE);
      this.text = text;
    }

    @Override
    public CharSequence getCharContent(boolean ignoreEncodingErrors) {
      return text;
    }
  }
}
