package halfstep.kernel.engine;

import halfstep.kernel.spi.MimeBundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import jdk.jshell.SourceCodeAnalysis.Documentation;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import org.jspecify.annotations.Nullable;

/** Explains the name at a position of a cell by its signatures and Javadoc. */
public final class Inspector {

  private final Engine engine;

  /**
   * Makes an inspector.
   *
   * @param engine knows the declarations of earlier cells
   */
  public Inspector(Engine engine) {
    this.engine = engine;
  }

  /**
   * Inspects.
   *
   * @param source the cell
   * @param cursor offset into it, anywhere in or behind a name
   * @param detail 0 for signatures and first sentences, 1 for the whole Javadoc
   * @return text and HTML; empty when nothing is known
   */
  public Optional<MimeBundle> inspect(String source, int cursor, int detail) {
    int end = cursor;
    while (end < source.length() && Character.isJavaIdentifierPart(source.charAt(end))) {
      end++;
    }
    String before = source.substring(0, end);
    List<Documentation> found = find(before);
    if (found.isEmpty() && engine.reach(before)) {
      found = find(before);
    }
    return found.isEmpty() ? notImported(before, detail) : Optional.of(told(found, "", detail));
  }

  /** A type that would be known after an import. */
  private Optional<MimeBundle> notImported(String before, int detail) {
    QualifiedNames names = engine.qualified(before);
    if (names.isResolvable() || names.getNames().isEmpty()) {
      return Optional.empty();
    }
    String first = names.getNames().getFirst();
    String imports =
        names.getNames().stream().map("import %s;"::formatted).collect(Collectors.joining("\n"));
    return Optional.of(told(documentation(first), imports, detail));
  }

  private MimeBundle told(List<Documentation> found, String imports, int detail) {
    String gap = imports.isEmpty() || found.isEmpty() ? "" : "\n\n";
    Map<String, Object> data = new LinkedHashMap<>();
    data.put(
        "text/plain",
        imports + gap + join(found, d -> Javadoc.text(d.signature(), comment(d), detail)));
    data.put(
        "text/html",
        (imports.isEmpty() ? "" : "<pre>" + imports + "</pre>")
            + join(found, d -> Javadoc.html(d.signature(), comment(d), detail)));
    return new MimeBundle(data, Map.of());
  }

  /**
   * A method is documented by JShell only behind its parenthesis, a type or variable only without
   * one.
   */
  private List<Documentation> find(String before) {
    String name = before.stripTrailing();
    List<Documentation> found = documentation(name);
    if (found.isEmpty()
        && !name.isEmpty()
        && Character.isJavaIdentifierPart(name.charAt(name.length() - 1))) {
      found = documentation(name + "(");
    }
    return found;
  }

  private List<Documentation> documentation(String code) {
    return engine.analyse(analysis -> analysis.documentation(code, code.length(), true));
  }

  /** JShell knows the comments of the JDK; those of jars come from their sources. */
  private @Nullable String comment(Documentation documentation) {
    String known = documentation.javadoc();
    return known == null || known.isBlank()
        ? engine.sources().comment(documentation.signature())
        : known;
  }

  private static String join(
      List<Documentation> found, java.util.function.Function<Documentation, String> form) {
    return found.stream().map(form).distinct().collect(Collectors.joining("\n"));
  }
}
