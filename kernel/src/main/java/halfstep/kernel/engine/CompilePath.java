package halfstep.kernel.engine;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.Diag;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/**
 * What JShell's compiler looks through. The compiler opens and lists every jar of its class path
 * before the first cell, so it gets only folders and our own jars with their base at the start; the
 * libraries beneath them follow as soon as a snippet or a question needs a name that is not there.
 * What is loaded when cells run does not depend on it.
 */
final class CompilePath {

  private static final String PROPERTY = "java.class.path";

  /** Ours, and what our first import looks into. */
  private static final List<String> FIRST = List.of("halfstep-", "jjava-");

  /** The compiler's complaints about names, and those that follow from an unknown type. */
  private static final Pattern LACKS_NAME =
      Pattern.compile("resolve|exist|cant\\.access|cant\\.apply|not\\.found");

  private final JShell shell;
  private String held;

  /**
   * Gives the compiler its first part.
   *
   * @param shell made by {@link #withoutInherited}
   * @param classPath the whole, in the form of {@code java.class.path}
   */
  CompilePath(JShell shell, String classPath) {
    this.shell = shell;
    this.held = entries(classPath, entry -> !first(entry));
    shell.addToClasspath(entries(classPath, CompilePath::first));
  }

  private static String entries(String classPath, Predicate<String> which) {
    return Stream.of(classPath.split(File.pathSeparator))
        .filter(entry -> !entry.isEmpty())
        .filter(which)
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Makes a JShell whose compiler does not take over this process's class path, as it does unasked.
   * The property is the only way to say so.
   */
  static JShell withoutInherited(Supplier<JShell> making) {
    String inherited = System.setProperty(PROPERTY, "");
    try {
      return making.get();
    } finally {
      System.setProperty(PROPERTY, Objects.requireNonNullElse(inherited, ""));
    }
  }

  private static boolean first(String entry) {
    Path path = Path.of(entry);
    String name = path.getFileName().toString();
    return Files.isDirectory(path) || FIRST.stream().anyMatch(name::startsWith);
  }

  /**
   * Gives the compiler the rest.
   *
   * @return false if it had it
   */
  boolean widen() {
    if (held.isEmpty()) {
      return false;
    }
    shell.addToClasspath(held);
    held = "";
    return true;
  }

  /**
   * Whether a snippet failed for want of a name.
   *
   * @param events what its evaluation brought; nothing of it has run if this returns true
   */
  boolean lacksName(List<SnippetEvent> events) {
    return events.stream().anyMatch(e -> e.causeSnippet() == null && lacksName(e));
  }

  private boolean lacksName(SnippetEvent event) {
    return switch (event.status()) {
      case REJECTED -> lacksName(event.snippet());
      case RECOVERABLE_DEFINED, RECOVERABLE_NOT_DEFINED -> true;
      default -> false;
    };
  }

  private boolean lacksName(Snippet snippet) {
    return shell.diagnostics(snippet).map(Diag::getCode).anyMatch(LACKS_NAME.asPredicate());
  }
}
