package halfstep.kernel.engine;

import halfstep.kernel.engine.SnippetOrigins.Stretch;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import jdk.jshell.Snippet;

/**
 * Which lines of the class that JShell writes around snippets came from which lines of which cell.
 * JShell keeps that class as a tree: its own text, and stretches of the snippets' text. Asked for a
 * line, it counts from the first, which for all lines of a long cell takes minutes; this walks the
 * tree once and answers the same.
 */
final class WrapperLines {

  private final Field root;
  private final Field owners;
  private final Class<?> node;
  private final Field children;
  private final Method text;
  private final Method firstLine;

  private WrapperLines(Class<?> outer) throws ReflectiveOperationException {
    root = outer.getSuperclass().getDeclaredField("w");
    owners = outer.getDeclaredField("wrapToSnippet");
    node = Class.forName(root.getType().getName() + "$CompoundWrap");
    children = node.getDeclaredField("os");
    text = root.getType().getMethod("wrapped");
    firstLine = root.getType().getMethod("firstSnippetLine");
  }

  /**
   * Looks where this JDK keeps the tree.
   *
   * @param outer JShell's type of such a class
   * @throws ReflectiveOperationException if it keeps it otherwise
   */
  static WrapperLines find(Class<?> outer) throws ReflectiveOperationException {
    return new WrapperLines(outer);
  }

  /** What must be made accessible before {@link #of}. */
  List<AccessibleObject> reached() {
    return List.of(root, owners, children, text, firstLine);
  }

  /**
   * The lines of one class.
   *
   * @param outer JShell's book entry of it
   * @param origins knows the cells of its snippets
   * @return in the class's order
   */
  List<Stretch> of(Object outer, SnippetOrigins origins) {
    try {
      Map<?, ?> snippets = (Map<?, ?>) Objects.requireNonNull(owners.get(outer));
      Walk walk = new Walk(origins);
      for (Object part : parts(root.get(outer))) {
        if (snippets.get(part) instanceof Snippet snippet) {
          walk.enter(snippet);
        }
        walk.over(part);
      }
      return List.copyOf(walk.found);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("JShell's lines of " + outer + " cannot be read", e);
    }
  }

  private Object[] parts(Object compound) throws IllegalAccessException {
    return (Object[]) Objects.requireNonNull(children.get(compound));
  }

  /** From the first line to the last. */
  private final class Walk {
    private final SnippetOrigins origins;
    private final List<Stretch> found = new ArrayList<>();
    private Optional<Snippet> owner = Optional.empty();

    /** Where it stands, from 0. */
    private int line;

    /**
     * The first line that is nobody's yet; where one part ends and another begins has the first.
     */
    private int free;

    Walk(SnippetOrigins origins) {
      this.origins = origins;
    }

    void enter(Snippet snippet) {
      owner = Optional.of(snippet);
      note(free, 0, false);
    }

    void over(Object part) throws ReflectiveOperationException {
      if (part instanceof String own) {
        line += breaks(own);
        return;
      }
      if (node.isInstance(part)) {
        for (Object inner : parts(part)) {
          over(inner);
        }
      } else {
        overStretch(part);
      }
      free = Math.max(free, line + 1);
    }

    private void overStretch(Object part) throws ReflectiveOperationException {
      int end = line + breaks(String.valueOf(text.invoke(part)));
      int from = Math.max(line, free);
      if (from <= end) {
        int first = (int) Objects.requireNonNull(firstLine.invoke(part));
        note(from, first + from - line, true);
        note(end + 1, 0, false);
      }
      line = end;
    }

    /** What JShell wrote itself it counts to a snippet's first line. */
    private void note(int from, int inside, boolean counts) {
      owner.ifPresent(snippet -> {
        if (!found.isEmpty() && found.getLast().from() == from) {
          found.removeLast();
        }
        found.add(new Stretch(from, origins.place(snippet, inside + 1), counts));
      });
    }
  }

  private static int breaks(String text) {
    return (int) text.chars().filter(c -> c == '\n').count();
  }
}
