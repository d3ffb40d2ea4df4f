package halfstep.kernel.engine;

import halfstep.kernel.interrupt.CellStopped;
import halfstep.kernel.interrupt.RunningCell;
import halfstep.kernel.spi.Refusal;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.spi.ExecutionControl.InternalException;
import org.jspecify.annotations.Nullable;

/** Runs the snippets of a source one after the other and tells how each ended. */
final class SnippetRunner {

  private static final Pattern BLANK_LINES = Pattern.compile("\\A(?:[^\\S\\n]*\\n)+");

  private final JShell shell;
  private final EngineLock lock;
  private final StoppableControl control;
  private final LateImports.Evaluation evaluation;
  private final SnippetOrigins origins;
  private final Leftovers leftovers;
  private final Hints hints;

  /**
   * A runner.
   *
   * @param control by which {@code shell} runs what it has compiled
   * @param evaluation how one snippet is evaluated
   * @param origins is told where each snippet came from
   * @param leftovers is told of each
   */
  SnippetRunner(
      JShell shell,
      EngineLock lock,
      StoppableControl control,
      LateImports.Evaluation evaluation,
      SnippetOrigins origins,
      Leftovers leftovers,
      Hints hints) {
    this.shell = shell;
    this.lock = lock;
    this.control = control;
    this.evaluation = evaluation;
    this.origins = origins;
    this.leftovers = leftovers;
    this.hints = hints;
  }

  /** As {@link Engine#evaluate} says. */
  Value run(String source, int cell, int firstLine) throws CompileFailure, CellFailure {
    String rest = withoutBlankLines(source);
    Value value = Value.NOTHING;
    while (!rest.isBlank()) {
      CompletionInfo info = completion(rest);
      if (info.completeness() == SourceCodeAnalysis.Completeness.EMPTY) {
        break;
      }
      boolean complete = info.completeness().isComplete();
      int line = firstLine + lines(source, source.length() - rest.length());
      value = evaluateOne(complete ? info.source() : rest, cell, line);
      rest = complete ? withoutBlankLines(info.remaining()) : "";
    }
    return value;
  }

  /** JShell counts the lines of a snippet wrong that begins with a line break. */
  private static String withoutBlankLines(String source) {
    return BLANK_LINES.matcher(source).replaceFirst("");
  }

  private CompletionInfo completion(String source) {
    return lock.asking(() -> shell.sourceCodeAnalysis().analyzeCompletion(source));
  }

  private static int lines(String text, int end) {
    return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  private Value evaluateOne(String source, int cell, int line) throws CompileFailure, CellFailure {
    try {
      return RunningCell.sheltered(() -> lock.in(() -> evaluateInside(source, cell, line)));
    } catch (CompileFailure | CellFailure | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException("JShell throws no checked exception", e);
    }
  }

  private Value evaluateInside(String source, int cell, int line)
      throws CompileFailure, CellFailure {
    control.clear();
    List<SnippetEvent> events = evaluation.of(source);
    if (control.last().thrown() instanceof CellStopped stopped) {
      throw stopped;
    }
    if (control.last().thrown() instanceof InternalException notRun) {
      String problem = "the cell was compiled, but did not run: " + notRun.getMessage();
      throw new Refusal("NotRun", problem, notRun);
    }
    Value value = Value.NOTHING;
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        Snippet snippet = event.snippet();
        origins.remember(snippet, cell, line);
        leftovers.note(snippet);
        refuseRejected(event, source, cell, line);
        refuseThrown(event.exception());
        noteUnresolved(snippet);
        value = value(snippet, source);
      }
    }
    return value;
  }

  private void refuseRejected(SnippetEvent event, String source, int cell, int line)
      throws CompileFailure {
    if (event.status() == Snippet.Status.REJECTED) {
      throw new CompileFailure(cell, hints.problems(event.snippet(), source, line));
    }
  }

  private void refuseThrown(@Nullable JShellException exception) throws CellFailure {
    switch (exception) {
      case null -> {}
      case EvalException thrown -> {
        Throwable real = control.last().thrown();
        throw new CellFailure(real == null ? thrown : real, origins.frames(thrown));
      }
      case UnresolvedReferenceException unresolved ->
          throw new Refusal("UnresolvedReference", unresolved(unresolved.getSnippet()), unresolved);
      default -> throw new IllegalStateException(exception);
    }
  }

  private void noteUnresolved(Snippet snippet) {
    if (snippet instanceof DeclarationSnippet declaration
        && shell.status(snippet).isActive()
        && shell.unresolvedDependencies(declaration).findAny().isPresent()) {
      System.err.println(unresolved(declaration));
    }
  }

  private String unresolved(DeclarationSnippet snippet) {
    return "%s is declared, but cannot be used until %s is declared"
        .formatted(
            snippet.name(),
            shell.unresolvedDependencies(snippet).collect(Collectors.joining(", ")));
  }

  private Value value(Snippet snippet, String source) {
    boolean expression =
        switch (snippet.subKind()) {
          case TEMP_VAR_EXPRESSION_SUBKIND, VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND -> true;
          default -> false;
        };
    boolean statement = source.stripTrailing().endsWith(";");
    return new Value(expression && !statement, control.last().value());
  }
}
