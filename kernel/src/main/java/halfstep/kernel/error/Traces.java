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

  /** Frames that call the reader's code: it ends there. */
  private static final List<String> CALLERS =
      List.of(
          "halfstep.kernel.interrupt.",
          "org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry",
          "jdk.internal.reflect.",
          "REPL.$JShell$");

  private static final List<String> ENGINE_ROOM = List.of("halfstep.kernel.", "jdk.jshell.");

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

  /** The frames above the first one that calls the reader's code, without the kernel's own. */
  static List<String> frames(Throwable thrown) {
    List<String> frames = new ArrayList<>();
    for (StackTraceElement frame : thrown.getStackTrace()) {
      if (isOf(CALLERS, frame)) {
        break;
      }
      if (frames.size() == MOST_FRAMES) {
        frames.add("…");
        break;
      }
      if (!isOf(ENGINE_ROOM, frame)) {
        frames.add(frame.toString());
      }
    }
    return frames;
  }

  private static boolean isOf(List<String> prefixes, StackTraceElement frame) {
    return prefixes.stream().anyMatch(frame.getClassName()::startsWith);
  }
}
