package halfstep.magics.run;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a class is written, as its own jar tells, which holds its source.
 *
 * @param what the class does for the command
 * @param type its full name
 * @param file path inside the repository's module, and the line where the class begins
 */
record SourcePlace(String what, String type, String file) {

  private static final String SOURCES = "META-INF/sources/";
  private static final Pattern MODULE =
      Pattern.compile("halfstep-([a-z]+)-[^/]*\\.jar$|/([a-z]+)/target/classes/?$");

  static SourcePlace of(String what, Class<?> type) {
    Class<?> outer = outermost(type);
    String path = outer.getName().replace('.', '/') + ".java";
    return new SourcePlace(
        what,
        type.getCanonicalName(),
        "%s/src/main/java/%s, %d".formatted(module(outer), path, line(type, path)));
  }

  private static Class<?> outermost(Class<?> type) {
    Class<?> outer = type;
    while (outer.getEnclosingClass() != null) {
      outer = outer.getEnclosingClass();
    }
    return outer;
  }

  /** The folder of the module whose jar, or folder of classes, a class was loaded from. */
  private static String module(Class<?> type) {
    String place = String.valueOf(type.getProtectionDomain().getCodeSource().getLocation());
    Matcher found = MODULE.matcher(place);
    String module = found.find() ? found.group(found.group(1) == null ? 2 : 1) : "";
    return module.equals("magics") || module.equals("kernel") ? module : "quant-lib/" + module;
  }

  private static int line(Class<?> type, String path) {
    Pattern declaration =
        Pattern.compile(".*\\b(?:class|record|interface|enum) " + type.getSimpleName() + "\\b.*");
    List<String> lines = source(type, path).lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      if (declaration.matcher(lines.get(i)).matches() && !lines.get(i).strip().startsWith("*")) {
        return i + 1;
      }
    }
    return 1;
  }

  private static String source(Class<?> type, String path) {
    ClassLoader loader = type.getClassLoader();
    try (InputStream in = loader.getResourceAsStream(SOURCES + path)) {
      return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("the source of %s cannot be read".formatted(type), e);
    }
  }
}
