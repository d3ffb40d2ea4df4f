package halfstep.kernel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import org.jspecify.annotations.Nullable;

/** Remembers which cell and line each snippet came from, and tells stack traces in those terms. */
final class SnippetOrigins {

  /** A recursion without end has a thousand. */
  private static final int MOST_FRAMES = 40;

  /** Of older classes that are still on a stack, the line is no longer known. */
  private static final int MOST_RETIRED = 10_000;

  /** What JShell puts around the names of cells. */
  private static final Pattern WRAPPER = Pattern.compile("(REPL\\.\\$JShell\\$\\w+)[$.]?");

  private static final String STATEMENTS = "do_it$";
  private static final Origin UNTOLD = new Origin(0, 1);

  private record Origin(int cell, int firstLine) {}

  /**
   * A line of a cell.
   *
   * @param cell its number, 0 for what runs before the first
   * @param line from 1
   */
  record Place(int cell, int line) {

    String told() {
      return cell == 0 ? "start-up, line " + line : "cell %d, line %d".formatted(cell, line);
    }
  }

  /**
   * Lines of a class that JShell wrote, up to the next stretch.
   *
   * @param from its first line, from 0
   * @param place of that line
   * @param counts whether the cell's line goes on with the class's
   */
  record Stretch(int from, Place place, boolean counts) {

    Place at(int line) {
      return counts ? new Place(place.cell, place.line + line - from) : place;
    }
  }

  /** A frame of a cell's code, in the reader's names; bare statements have no method. */
  private record Frame(String owner, String method, @Nullable Place place) {

    String told() {
      String where = place == null ? "an earlier cell" : place.told();
      String of = owner.isEmpty() ? "" : owner + ".";
      return method.isEmpty() ? where : "%s%s (%s)".formatted(of, method, where);
    }
  }

  /** By the file name that JShell puts into stack traces. */
  private final Map<String, Origin> origins = new HashMap<>();

  /** By class name, what JShell does not know any more. */
  private final Map<String, List<Stretch>> retired =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, List<Stretch>> eldest) {
          return size() > MOST_RETIRED;
        }
      };

  private int ids;

  /** An id for a snippet; JShell's own are shared by all declarations of one name. */
  String newId() {
    return Integer.toString(++ids);
  }

  void remember(Snippet snippet, int cell, int firstLine) {
    origins.put("#" + snippet.id(), new Origin(cell, firstLine));
  }

  /** Forgets a snippet that JShell has forgotten. */
  void forget(Snippet snippet) {
    origins.remove("#" + snippet.id());
  }

  /** The place of a line of a snippet, from 1. */
  Place place(Snippet snippet, int line) {
    return place(origins.getOrDefault("#" + snippet.id(), UNTOLD), line);
  }

  private static Place place(Origin origin, int line) {
    return new Place(origin.cell, origin.firstLine + Math.max(line, 1) - 1);
  }

  /**
   * Takes over a class that JShell is about to forget; its code may run on in a lambda or thread.
   *
   * @param className with package
   * @param lines in order
   */
  void retire(String className, List<Stretch> lines) {
    retired.put(className, lines);
  }

  /**
   * The frames of an exception and of each of its causes, down to the snippet that the cell began
   * with.
   */
  List<List<String>> frames(EvalException exception) {
    List<List<String>> all = new ArrayList<>();
    @Nullable Throwable next = exception;
    while (next instanceof JShellException) {
      all.add(lines(next.getStackTrace()));
      next = next.getCause();
    }
    return all;
  }

  private List<String> lines(StackTraceElement[] trace) {
    List<String> lines = new ArrayList<>();
    for (StackTraceElement element : trace) {
      if (lines.size() == MOST_FRAMES) {
        lines.add("… and %d more".formatted(trace.length - MOST_FRAMES));
        break;
      }
      Frame frame = ofCell(element);
      lines.add(frame == null ? element.toString() : frame.told());
      if (frame != null && frame.method.isEmpty()) {
        break;
      }
    }
    return lines;
  }

  private @Nullable Frame ofCell(StackTraceElement element) {
    String file = String.valueOf(element.getFileName());
    int line = element.getLineNumber();
    if (file.startsWith("#")) {
      Origin origin = origins.get(file);
      return new Frame(
          element.getClassName(),
          element.getMethodName(),
          origin == null ? null : place(origin, line));
    }
    Matcher wrapper = WRAPPER.matcher(element.getClassName());
    if (!wrapper.lookingAt()) {
      return null;
    }
    String method = element.getMethodName();
    return new Frame(
        element.getClassName().substring(wrapper.end()),
        method.equals(STATEMENTS) ? "" : method,
        retiredPlace(wrapper.group(1), line - 1));
  }

  private @Nullable Place retiredPlace(String className, int line) {
    Place found = null;
    for (Stretch stretch : retired.getOrDefault(className, List.of())) {
      if (stretch.from > line) {
        break;
      }
      found = stretch.at(line);
    }
    return found;
  }
}
