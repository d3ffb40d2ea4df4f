package halfstep.kernel.error;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads exceptions for people: names as they wrote them, causes in order, frames without the
 * kernel's.
 */
final class Traces {

  private static final int MOST_FRAMES = 40;
  private static final List<String> ENGINE_ROOM =
      List.of(
          "halfstep.kernel.",
          "jdk.jshell.",
          "jdk.internal.reflect.",
          "java.lang.reflect.Method",
          "org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry",
          "REPL.$JShell$");

  private Traces() {}

  /** The exception and its causes; a circle is cut. */
  static List<Throwable> chain(Throwable thrown) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    List<Throwable> chain = new ArrayList<>();
    @Nullable Throwable next = thrown;
    while (next != null && seen.add(next)) {
      chain.add(next);
      next = next.getCause();
    }
    return chain;
  }

  /** The simple name of the class, for a class of a cell without JShell's wrapping. */
  static String name(Throwable thrown) {
    String simple = thrown.getClass().getSimpleName();
    if (!simple.isEmpty()) {
      return simple;
    }
    String full = thrown.getClass().getName();
    return full.substring(full.lastIndexOf('.') + 1);
  }

  static String message(Throwable thrown) {
    String message = thrown.getLocalizedMessage();
    return message == null ? "" : message;
  }

  /**
   * The frames above the first one of the kernel's own, which is where the reader's code was called
   * from.
   */
  static List<String> frames(Throwable thrown) {
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : thrown.getStackTrace()) {
      boolean ours = ENGINE_ROOM.stream().anyMatch(frame.getClassName()::startsWith);
      if (ours && !frames.isEmpty()) {
        break;
      }
      if (!ours) {
        frames.add(frame.toString());
      }
      if (frames.size() == MOST_FRAMES) {
        frames.add("…");
        break;
      }
    }
    return frames;
  }
}
