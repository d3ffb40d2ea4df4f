package halfstep.kernel.engine;

import java.lang.reflect.Member;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An import that waits, and which names it would bring.
 *
 * @param source the declaration
 * @param place the package or class before the last dot; empty if the declaration is of a kind that
 *     this cannot read
 * @param last the name behind it, or a star
 * @param members whether it is static
 */
record LateImport(String source, String place, String last, boolean members) {

  private static final Pattern FORM =
      Pattern.compile(
          "\\s*import\\s+(static\\s+)?([\\w$]+(?:\\.[\\w$]+)*)\\.([\\w$]+|\\*)\\s*;\\s*");
  private static final String ALL = "*";

  static LateImport of(String source) {
    Matcher form = FORM.matcher(source);
    return form.matches()
        ? new LateImport(source, form.group(2), form.group(3), form.group(1) != null)
        : new LateImport(source, "", ALL, false);
  }

  /**
   * Whether it brings one of some names. Nothing is initialised for the question.
   *
   * @param names identifiers
   * @param loader finds what cells may use
   */
  boolean brings(Set<String> names, ClassLoader loader) {
    if (!last.equals(ALL)) {
      return names.contains(last);
    }
    if (place.isEmpty()) {
      return true;
    }
    return members
        ? memberNames(loader).anyMatch(names::contains)
        : names.stream().anyMatch(name -> isClass(name, loader));
  }

  /** A package's class, or one inside a class. */
  private boolean isClass(String name, ClassLoader loader) {
    String path = place.replace('.', '/');
    return loader.getResource("%s/%s.class".formatted(path, name)) != null
        || loader.getResource("%s$%s.class".formatted(path, name)) != null;
  }

  private Stream<String> memberNames(ClassLoader loader) {
    try {
      Class<?> type = Class.forName(place, false, loader);
      Set<String> names = new HashSet<>();
      Stream.of(type.getMethods()).map(Member::getName).forEach(names::add);
      Stream.of(type.getFields()).map(Member::getName).forEach(names::add);
      Stream.of(type.getClasses()).map(Class::getSimpleName).forEach(names::add);
      return names.stream();
    } catch (ClassNotFoundException | LinkageError e) {
      // then the compiler will say so, should anybody ask for the import
      return Stream.empty();
    }
  }
}
