package halfstep.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;

/**
 * Imports that wait until a cell names something that they bring, or a question needs them all.
 * Each costs a compiler that has just started some 20 ms, and each that is there costs every cell,
 * for the compiler looks through its package anew in each of its passes. Every import of a whole
 * package may wait: what cells declare or import by name takes precedence over it whenever it
 * comes.
 */
final class LateImports {

  private static final Pattern NAME =
      Pattern.compile("\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*");

  private final List<LateImport> waiting = new ArrayList<>();
  private final EngineLock lock;
  private final ClassLoader loader;
  private final Evaluation evaluation;

  /** Evaluates one snippet; called inside the lock. */
  interface Evaluation {

    List<SnippetEvent> of(String source);
  }

  /**
   * None yet.
   *
   * @param loader finds what cells may use
   */
  LateImports(EngineLock lock, ClassLoader loader, Evaluation evaluation) {
    this.lock = lock;
    this.loader = loader;
    this.evaluation = evaluation;
  }

  /**
   * Lets imports wait.
   *
   * @param source import declarations, one a line
   */
  void add(String source) {
    lock.asking(() ->
        waiting.addAll(
            source.lines().filter(line -> !line.isBlank()).map(LateImport::of).toList()));
  }

  /**
   * Evaluates all that wait; called inside the lock.
   *
   * @return false if none did
   */
  boolean bring() {
    return bring(List.copyOf(waiting));
  }

  /**
   * Evaluates those that bring one of a cell's names; called inside the lock.
   *
   * @param cell Java that lacks a name
   * @return false if none does
   */
  boolean bringFor(String cell) {
    Set<String> names =
        NAME.matcher(cell).results().map(MatchResult::group).collect(Collectors.toSet());
    return bring(waiting.stream().filter(late -> late.brings(names, loader)).toList());
  }

  private boolean bring(List<LateImport> needed) {
    waiting.removeAll(needed);
    for (LateImport late : needed) {
      if (evaluation.of(late.source()).getFirst().status() == Snippet.Status.REJECTED) {
        System.err.printf("\"%s\" does not compile, so cells go without it%n", late.source());
      }
    }
    return !needed.isEmpty();
  }
}
