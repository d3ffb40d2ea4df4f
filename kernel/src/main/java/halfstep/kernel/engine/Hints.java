package halfstep.kernel.engine;

import halfstep.kernel.source.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import org.jspecify.annotations.Nullable;

/** Reads the compiler's complaints, and finds what a name that it does not know may have meant. */
final class Hints {

  private static final String UNKNOWN = "compiler.err.cant.resolve";
  private static final String NO_PACKAGE = "compiler.err.doesnt.exist";
  private static final Pattern SYMBOL =
      Pattern.compile("symbol:\\s+(class|variable|method)\\s+([\\w$]+)");
  private static final int MOST = 3;
  private static final int LOOKS = 40;
  private static final long LOOK_MILLIS = 50;

  private final JShell shell;

  Hints(JShell shell) {
    this.shell = shell;
  }

  /**
   * What the compiler said against a snippet, each with a way out where one is known.
   *
   * @param snippet the snippet
   * @param source its text
   * @param firstLine line in the cell where it begins, from 1
   */
  List<Problem> problems(Snippet snippet, String source, int firstLine) {
    return shell
        .diagnostics(snippet)
        .filter(Diag::isError)
        .map(d ->
            Problem.at(
                source,
                firstLine,
                d.getMessage(Locale.ROOT),
                (int) d.getStartPosition(),
                (int) d.getEndPosition(),
                of(d, source)))
        .toList();
  }

  private @Nullable String of(Diag problem, String source) {
    String code = problem.getCode();
    int end = (int) problem.getEndPosition();
    if (!(code.startsWith(UNKNOWN) || code.startsWith(NO_PACKAGE))
        || end < problem.getStartPosition()
        || end > source.length()) {
      return null;
    }
    String marked = source.substring((int) problem.getStartPosition(), end);
    int dot = marked.lastIndexOf('.');
    if (dot >= 0 && !code.startsWith(NO_PACKAGE)) {
      String before = source.substring(0, (int) problem.getStartPosition() + dot + 1);
      return meant(marked.substring(dot + 1), members(before));
    }
    Matcher symbol = SYMBOL.matcher(problem.getMessage(Locale.ROOT));
    String name = symbol.find() ? symbol.group(2) : marked.replaceAll("\\..*", "");
    if (shell.variables().anyMatch(v -> v.name().equals(name))) {
      return name + " was declared with a type that is another one now; declare it again";
    }
    String imports = Character.isUpperCase(name.charAt(0)) ? imports(name) : null;
    return imports == null ? meant(name, names()) : imports;
  }

  private @Nullable String imports(String name) {
    QualifiedNames found = lookUp(name);
    List<String> names = found.getNames().stream().limit(MOST).toList();
    return names.isEmpty()
        ? null
        : "try " + names.stream().map(n -> "import " + n + ";").collect(Collectors.joining(" or "));
  }

  /**
   * JShell lists the class path in the background when it is new; a short wait is worth the answer.
   */
  QualifiedNames lookUp(String name) {
    SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
    QualifiedNames found = analysis.listQualifiedNames(name, name.length());
    try {
      for (int i = 0; i < LOOKS && found.getNames().isEmpty() && !found.isUpToDate(); i++) {
        Thread.sleep(LOOK_MILLIS);
        found = analysis.listQualifiedNames(name, name.length());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return found;
  }

  private static @Nullable String meant(String name, Set<String> known) {
    return Nearest.of(name, known).map(near -> "did you mean " + near + "?").orElse(null);
  }

  private Set<String> names() {
    Set<String> names = new TreeSet<>();
    shell.variables().forEach(v -> names.add(v.name()));
    shell.methods().forEach(m -> names.add(m.name()));
    shell.types().forEach(t -> names.add(t.name()));
    return names;
  }

  private Set<String> members(String before) {
    int[] anchor = {0};
    List<String> found = new ArrayList<>();
    for (SourceCodeAnalysis.Suggestion s :
        shell.sourceCodeAnalysis().completionSuggestions(before, before.length(), anchor)) {
      found.add(s.continuation().replaceAll("\\(.*", ""));
    }
    return new TreeSet<>(found);
  }
}
