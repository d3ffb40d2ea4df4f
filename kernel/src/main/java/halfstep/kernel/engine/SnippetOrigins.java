package halfstep.kernel.engine;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jdk.jshell.EvalException;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import org.jspecify.annotations.Nullable;

/** Remembers which cell and line each snippet came from, and tells stack traces in those terms. */
final class SnippetOrigins {

  /** A recursion without end has a thousand. */
  private static final int MOST_FRAMES = 40;

  private record Origin(int cell, int firstLine) {}

  private final Map<String, Origin> origins = new HashMap<>();

  void remember(Snippet snippet, int cell, int firstLine) {
    origins.put("#" + snippet.id(), new Origin(cell, firstLine));
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
    for (StackTraceElement frame : trace) {
      if (lines.size() == MOST_FRAMES) {
        lines.add("… and %d more".formatted(trace.length - MOST_FRAMES));
        break;
      }
      Origin origin = origins.get(String.valueOf(frame.getFileName()));
      boolean outermost =
          frame.getFileName() != null
              && frame.getFileName().startsWith("#")
              && frame.getMethodName().isEmpty();
      lines.add(origin == null ? frame.toString() : place(frame, origin));
      if (outermost) {
        break;
      }
    }
    return lines;
  }

  private static String place(StackTraceElement frame, Origin origin) {
    int line = origin.firstLine + Math.max(frame.getLineNumber(), 1) - 1;
    String where =
        origin.cell == 0
            ? "start-up, line " + line
            : "cell %d, line %d".formatted(origin.cell, line);
    String owner = frame.getClassName().isEmpty() ? "" : frame.getClassName() + ".";
    return frame.getMethodName().isEmpty()
        ? where
        : "%s%s (%s)".formatted(owner, frame.getMethodName(), where);
  }
}
