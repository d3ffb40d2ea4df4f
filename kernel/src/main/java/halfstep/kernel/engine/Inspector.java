package halfstep.kernel.engine;

import halfstep.kernel.spi.MimeBundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import jdk.jshell.SourceCodeAnalysis.Documentation;

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
    List<Documentation> found = find(source.substring(0, end));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Map<String, Object> data = new LinkedHashMap<>();
    data.put("text/plain", join(found, d -> Javadoc.text(d.signature(), d.javadoc(), detail)));
    data.put("text/html", join(found, d -> Javadoc.html(d.signature(), d.javadoc(), detail)));
    return Optional.of(new MimeBundle(data, Map.of()));
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

  private static String join(
      List<Documentation> found, java.util.function.Function<Documentation, String> form) {
    return found.stream().map(form).distinct().collect(Collectors.joining("\n"));
  }
}
