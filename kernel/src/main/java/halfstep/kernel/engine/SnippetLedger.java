package halfstep.kernel.engine;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import org.jspecify.annotations.Nullable;

/**
 * JShell's own books, from which JShell strikes nothing: every snippet there ever was, with its
 * wrapped source and all imports in it, erroneous ones with the compiler's tables, and the bytes of
 * every class; some 13 kB a cell. This strikes what is over and leaves what is declared, so that
 * nothing a cell can ask for is missing. What JShell looks up there it ignores unless it is active:
 * a snippet that was dropped, overwritten or rejected is not, and of a statement that has run only
 * its class's lines are of use, for stack traces; they go to {@link SnippetOrigins}.
 *
 * <p>It reaches for fields of the JDK 25 that may be named otherwise elsewhere, and the JVM must be
 * started with {@link #FLAG}. Without either there is no ledger: cells run as they do with it, and
 * a session grows; {@code halfstep doctor} tells.
 */
public final class SnippetLedger {

  /** What the JVM must be started with. */
  public static final String FLAG = "--add-opens=jdk.jshell/jdk.jshell=ALL-UNNAMED";

  /** The class that JShell wraps a snippet in, and the rest of a nested class's name. */
  private static final Pattern WRAPPER = Pattern.compile("(REPL\\.\\$JShell\\$\\w+)(?:\\$(.*))?");

  private static final String PACKAGE = "REPL.";
  private static final byte[] STRUCK = {};

  private final JShell shell;
  private final Parts parts;
  private final Set<Snippet> snippets;
  private final List<@Nullable Snippet> byKey;
  private final Map<String, Object> outers;
  private final Map<String, Object> classFiles;
  private final Map<String, Object> tracked;

  /** Where the books are, from JShell on, and what is asked of their entries. */
  private record Parts(
      List<Field> snippets,
      List<Field> byKey,
      List<Field> outers,
      List<Field> classFiles,
      List<Field> tracked,
      WrapperLines lines,
      Method isLoaded,
      Method setLoaded,
      Method setCurrent) {

    static Parts find() throws ReflectiveOperationException {
      List<Field> outers = path("outerMap", "classOuters");
      List<Field> tracked = path("classTracker", "map");
      Class<?> outer =
          outers.getFirst().getType().getDeclaredMethod("getOuter", String.class).getReturnType();
      Class<?> info =
          tracked.getFirst().getType().getDeclaredMethod("get", String.class).getReturnType();
      return new Parts(
          path("maps", "snippets"),
          path("maps", "keyIndexToSnippet"),
          outers,
          path("taskFactory", "fileManager", "classObjects"),
          tracked,
          WrapperLines.find(outer),
          info.getDeclaredMethod("isLoaded"),
          info.getDeclaredMethod("setLoadedBytes", byte[].class),
          info.getDeclaredMethod("setCurrentBytes", byte[].class));
    }

    private static List<Field> path(String... names) throws NoSuchFieldException {
      List<Field> path = new ArrayList<>();
      Class<?> owner = JShell.class;
      for (String name : names) {
        Field field = owner.getDeclaredField(name);
        path.add(field);
        owner = field.getType();
      }
      return path;
    }

    List<AccessibleObject> reached() {
      List<AccessibleObject> all = new ArrayList<>(lines.reached());
      all.addAll(List.of(isLoaded, setLoaded, setCurrent));
      return all;
    }
  }

  private SnippetLedger(JShell shell, Parts parts) throws IllegalAccessException {
    this.shell = shell;
    this.parts = parts;
    parts.reached().forEach(part -> part.setAccessible(true));
    snippets = at(parts.snippets);
    byKey = at(parts.byKey);
    outers = at(parts.outers);
    classFiles = at(parts.classFiles);
    tracked = at(parts.tracked);
  }

  @SuppressWarnings("unchecked") // what is written there is named by the fields that were found
  private <T> T at(List<Field> path) throws IllegalAccessException {
    Object found = shell;
    for (Field field : path) {
      field.setAccessible(true);
      found = Objects.requireNonNull(field.get(found), field.getName());
    }
    return (T) found;
  }

  /**
   * The books of a JShell.
   *
   * @param shell must be used under the same lock as what is returned
   * @return empty where this JDK keeps them otherwise or the JVM was started without {@link #FLAG}
   */
  static Optional<SnippetLedger> of(JShell shell) {
    try {
      return Optional.of(new SnippetLedger(shell, Parts.find()));
    } catch (ReflectiveOperationException | InaccessibleObjectException e) {
      return Optional.empty(); // as the class comment says
    }
  }

  /** Whether this JDK keeps its books where they are looked for. */
  public static boolean fits() {
    try {
      return !Parts.find().reached().isEmpty();
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** How many entries there are. */
  int size() {
    return snippets.size() + outers.size() + classFiles.size();
  }

  /**
   * Strikes snippets and what belongs to them.
   *
   * @param over statements and expressions that have run; what was dropped, overwritten or rejected
   *     is found
   * @param origins takes leave of them
   */
  void strike(Collection<Snippet> over, SnippetOrigins origins) {
    Set<Snippet> gone = new HashSet<>(over);
    Set<String> live = new HashSet<>();
    for (Snippet snippet : snippets) {
      if (!shell.status(snippet).isActive()) {
        gone.add(snippet);
      } else if (!gone.contains(snippet)) {
        live.add(shell.sourceCodeAnalysis().wrapper(snippet).fullClassName());
      }
    }
    if (gone.isEmpty()) {
      return;
    }
    snippets.removeAll(gone);
    // keys are places in this list, so these stay and are empty
    byKey.replaceAll(snippet -> snippet != null && gone.contains(snippet) ? null : snippet);
    outers
        .entrySet()
        .removeIf(outer -> {
          boolean dead = !live.contains(PACKAGE + outer.getKey());
          if (dead) {
            origins.retire(PACKAGE + outer.getKey(), parts.lines.of(outer.getValue(), origins));
          }
          return dead;
        });
    strikeClasses(live);
    gone.forEach(origins::forget);
  }

  /**
   * Class files are what the compiler reads again when a snippet uses an earlier one. A member
   * class may be the type of something that lives although its declaration does not; classes inside
   * of methods cannot be named by any other snippet.
   */
  private void strikeClasses(Set<String> live) {
    Set<String> kept = new HashSet<>(live);
    List<String> dead = new ArrayList<>();
    for (String name : classFiles.keySet()) {
      Matcher wrapper = WRAPPER.matcher(name);
      if (!wrapper.matches()) {
        kept.add(name);
      } else if (!live.contains(wrapper.group(1))) {
        dead.add(name);
        String nested = wrapper.group(2);
        if (nested != null && !Character.isDigit(nested.charAt(0))) {
          kept.add(wrapper.group(1));
        }
      }
    }
    for (String name : dead) {
      Matcher wrapper = WRAPPER.matcher(name);
      if (wrapper.matches() && !kept.contains(wrapper.group(1))) {
        classFiles.remove(name);
        emptyTracked(name);
      }
    }
  }

  /** A class that was loaded stays known as such, for its name cannot be loaded again. */
  private void emptyTracked(String name) {
    Object info = tracked.get(name);
    if (info != null && Boolean.TRUE.equals(ask(parts.isLoaded, info))) {
      ask(parts.setLoaded, info, STRUCK);
      ask(parts.setCurrent, info, STRUCK);
    }
  }

  private static @Nullable Object ask(Method method, Object of, Object... arguments) {
    try {
      return method.invoke(of, arguments);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JShell's " + method + " cannot be asked", e);
    }
  }
}
