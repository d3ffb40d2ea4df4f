package halfstep.kernel.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What JShell's text for a class, method or field names.
 *
 * @param type simple name of the outermost class
 * @param path what the name of its source file ends in: with the package where the text has one
 * @param nested simple name of the class itself, which may be a member of {@code type}
 * @param member method or field, null for the class itself; a constructor is called like its class
 * @param parameters how many, -1 for no method
 * @param types their types as written, without packages and type arguments
 */
record Signature(
    String type,
    String path,
    String nested,
    @Nullable String member,
    int parameters,
    List<String> types) {

  static Signature of(String text) {
    String plain = text;
    for (String before = ""; !before.equals(plain); ) {
      before = plain;
      plain = plain.replaceAll("<[^<>]*>", "");
    }
    int open = plain.indexOf('(');
    if (open < 0) {
      int colon = plain.indexOf(':');
      String name = colon < 0 ? plain : plain.substring(0, colon);
      int dot = name.lastIndexOf('.');
      return colon < 0 || dot < 0
          ? named(name, null, List.of(), false)
          : named(name.substring(0, dot), name.substring(dot + 1), List.of(), false);
    }
    int close = plain.indexOf(')', open);
    String inside = plain.substring(open + 1, close < 0 ? plain.length() : close).strip();
    List<String> types =
        inside.isEmpty()
            ? List.of()
            : Arrays.stream(inside.split(",")).map(Signature::typeOfParameter).toList();
    String head = plain.substring(0, open).strip();
    String called = head.substring(head.lastIndexOf(' ') + 1);
    int dot = called.lastIndexOf('.');
    boolean constructor = !head.contains(" ");
    return constructor || dot < 0
        ? named(called, called.substring(dot + 1), types, true)
        : named(called.substring(0, dot), called.substring(dot + 1), types, true);
  }

  private static String typeOfParameter(String parameter) {
    String type = parameter.strip().replaceAll("\\s+\\S+$", "");
    return type.substring(type.lastIndexOf('.') + 1);
  }

  private static Signature named(
      String owner, @Nullable String member, List<String> types, boolean method) {
    String[] parts = owner.replace("..", ".").split("\\.");
    int first = 0;
    while (first < parts.length - 1 && !Character.isUpperCase(parts[first].codePointAt(0))) {
      first++;
    }
    String path = String.join("/", Arrays.copyOf(parts, first + 1)) + ".java";
    return new Signature(
        parts[first], path, parts[parts.length - 1], member, method ? types.size() : -1, types);
  }
}
