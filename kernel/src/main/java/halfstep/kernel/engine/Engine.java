package halfstep.kernel.engine;

import halfstep.kernel.interrupt.CellStopped;
import halfstep.kernel.interrupt.RunningCell;
import halfstep.kernel.spi.Refusal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import jdk.jshell.DeclarationSnippet;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import jdk.jshell.UnresolvedReferenceException;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates Java. Any thread may use it; they take turns in the compiler, while the code that they
 * evaluate runs side by side.
 */
public final class Engine implements AutoCloseable {

  private static final String IMPORTS =
      """
      import java.io.*;
      import java.math.*;
      import java.nio.file.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.function.*;
      import java.util.regex.*;
      import java.util.stream.*;
      """;

  /** Looking through JShell's books costs a quarter of a millisecond. */
  private static final int STRUCK_AT_ONCE = 16;

  private static final Pattern BLANK_LINES = Pattern.compile("\\A(?:[^\\S\\n]*\\n)+");

  private final SnippetLoader loader = new SnippetLoader(Engine.class.getClassLoader());
  private final EngineLock lock = new EngineLock();
  private final StoppableControl control = new StoppableControl(loader, lock);
  private final JShell shell;
  private final CompilePath compilePath;
  private final LateImports imports;
  private final Hints hints;
  private final SourceComments sources = new SourceComments();
  private final SnippetOrigins origins = new SnippetOrigins();
  private final Optional<SnippetLedger> ledger;

  /** Statements and expressions that have run. */
  private final List<Snippet> over = new ArrayList<>();

  /**
   * Builds JShell and gives it the imports of the JDK's own {@code jshell}.
   *
   * @param classPath what cells may compile against, in the form of {@code java.class.path}; it
   *     must be loadable here
   */
  public Engine(String classPath) {
    shell =
        CompilePath.withoutInherited(
            JShell.builder()
                    .executionEngine(new ControlProvider(control), null)
                    .compilerOptions(CompilerOptions.ofThisProcess().toArray(String[]::new))
                    .fileManager(Engine::withoutProcessors)
                    .idGenerator((_, _) -> origins.newId())
                ::build);
    ledger = SnippetLedger.of(shell);
    compilePath = new CompilePath(shell, classPath);
    hints = new Hints(shell);
    sources.add(classPath);
    imports = new LateImports(lock, this::evaluated);
    imports.add(IMPORTS);
  }

  /**
   * Cells have no annotation processors; unless told so, every compiler opens the whole class path
   * to look for some, and for plug-ins.
   */
  private static StandardJavaFileManager withoutProcessors(StandardJavaFileManager files) {
    try {
      files.setLocation(StandardLocation.ANNOTATION_PROCESSOR_PATH, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("an empty path cannot be set", e);
    }
    return files;
  }

  /**
   * Imports whole packages, at the latest when a cell needs a name of theirs.
   *
   * @param source import declarations, one a line
   */
  public void importLater(String source) {
    imports.add(source);
  }

  /**
   * Evaluates the imports that wait while nobody uses the engine, and returns when none is left.
   *
   * @throws InterruptedException if the thread is interrupted
   */
  public void settle() throws InterruptedException {
    imports.bringWhenIdle();
  }

  /**
   * Adds to what cells may use.
   *
   * @param classPath jars and folders, in the form of {@code java.class.path}
   */
  public void addToClassPath(String classPath) {
    lock.asking(() -> {
      shell.addToClasspath(classPath);
      return true;
    });
    sources.add(classPath);
  }

  /** The comments of what is on the class path. */
  SourceComments sources() {
    return sources;
  }

  /** Loads the classes that cells define. */
  public ClassLoader loader() {
    return loader;
  }

  /**
   * Asks JShell about unfinished source.
   *
   * @param question what to ask; must not run a cell's code
   * @return the answer
   */
  <T> T analyse(Function<SourceCodeAnalysis, T> question) {
    return lock.asking(() -> question.apply(shell.sourceCodeAnalysis()));
  }

  /** Makes the names of all imports known, as a question about names needs them. */
  void bringImports() {
    lock.asking(imports::bring);
  }

  /**
   * Makes the compiler look through all of the class path from now on.
   *
   * @return false if it did so before
   */
  boolean widen() {
    return lock.asking(compilePath::widen);
  }

  /**
   * The full names of a type that is not imported.
   *
   * @param before source that ends with its simple name
   * @return what the class path knows under that name
   */
  QualifiedNames qualified(String before) {
    widen();
    return lock.asking(() -> hints.lookUp(before));
  }

  /**
   * Whether a text is Java that needs no more lines.
   *
   * @param source any number of snippets
   * @return false if its last snippet is unfinished
   */
  public boolean isComplete(String source) {
    return completeness(source) == Completeness.COMPLETE;
  }

  /**
   * Whether the last snippet of a complete text is a statement without its semicolon.
   *
   * @param source any number of snippets
   * @return true for {@code int x = 5}, false for {@code 5} and {@code int x = 5;}
   */
  public boolean lacksSemicolon(String source) {
    CompletionInfo info = completion(source);
    while (info.completeness().isComplete() && !info.remaining().isBlank()) {
      info = completion(info.remaining());
    }
    return info.completeness() == SourceCodeAnalysis.Completeness.COMPLETE_WITH_SEMI;
  }

  /**
   * Whether a text is complete, unfinished or no Java at all.
   *
   * @param source any number of snippets
   * @return the verdict
   */
  public Completeness completeness(String source) {
    return analyse(analysis -> Completeness.of(analysis, source));
  }

  /**
   * Declares a variable with a value that no source can spell.
   *
   * @param name its name
   * @param type Java source of its type
   * @param value its value
   * @throws CompileFailure if name or type is no Java
   * @throws CellFailure if the value is not of that type
   */
  public void declare(String name, String type, Object value) throws CompileFailure, CellFailure {
    String key = Handover.put(value);
    try {
      evaluate(
          "%s %s = (%s) (Object) %s.take(\"%s\");"
              .formatted(type, name, type, Handover.class.getName(), key),
          0,
          1);
    } finally {
      Handover.forget(key);
    }
  }

  /**
   * Looks up a variable.
   *
   * @param name its name
   * @return its value; null when there is no such variable or it holds null
   */
  public @Nullable Object variable(String name) throws CompileFailure, CellFailure {
    boolean known = lock.asking(() -> shell.variables().anyMatch(v -> v.name().equals(name)));
    return known ? evaluate(name, 0, 1).object() : null;
  }

  /**
   * Evaluates the snippets of a source in order, up to the first that fails.
   *
   * @param source any number of snippets
   * @param cell number of the cell that holds them, 0 for none
   * @param firstLine line in the cell where {@code source} begins, from 1
   * @return the value of the last snippet
   * @throws CompileFailure if a snippet does not compile; those before it have run
   * @throws CellFailure if a snippet throws
   * @throws CellStopped if the cell was interrupted
   */
  public Value evaluate(String source, int cell, int firstLine) throws CompileFailure, CellFailure {
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
    return analyse(analysis -> analysis.analyzeCompletion(source));
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
    List<SnippetEvent> events = evaluated(source);
    if (control.last().thrown() instanceof CellStopped stopped) {
      throw stopped;
    }
    Value value = Value.NOTHING;
    for (SnippetEvent event : events) {
      if (event.causeSnippet() == null) {
        Snippet snippet = event.snippet();
        origins.remember(snippet, cell, line);
        noteOver(snippet);
        refuseRejected(event, source, cell, line);
        refuseThrown(event.exception());
        noteUnresolved(snippet);
        value = value(snippet, source);
      }
    }
    return value;
  }

  /** Lets JShell evaluate, with as much before it as the names in it need. */
  private List<SnippetEvent> evaluated(String source) {
    List<SnippetEvent> events = shell.eval(source);
    while (compilePath.lacksName(events) && (imports.bring() || compilePath.widen())) {
      events = shell.eval(source);
    }
    return events;
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

  /** No later snippet can name a statement or expression, and a {@code $1} only in this cell. */
  private void noteOver(Snippet snippet) {
    switch (snippet.kind()) {
      case STATEMENT, EXPRESSION, ERRONEOUS -> over.add(snippet);
      case VAR -> {
        if (isTemporary(snippet)) {
          over.add(snippet);
        }
      }
      case IMPORT, TYPE_DECL, METHOD -> {}
    }
  }

  private boolean isActive(Snippet snippet) {
    return shell.status(snippet).isActive();
  }

  private static boolean isTemporary(Snippet snippet) {
    return snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
  }

  /**
   * Forgets what the last cell left behind beside its declarations: the {@code $1}, {@code $2} …,
   * which would slow down every later cell, and all that JShell keeps of what has run.
   */
  public void forgetCell() {
    lock.asking(() -> {
      over.stream().filter(Engine::isTemporary).filter(this::isActive).forEach(shell::drop);
      if (over.size() >= STRUCK_AT_ONCE) {
        ledger.ifPresent(books -> books.strike(over, origins));
        over.clear();
      }
      return true;
    });
  }

  /** Whether {@link #forgetCell} reaches what JShell keeps. */
  boolean forgets() {
    return ledger.isPresent();
  }

  private static int lines(String text, int end) {
    return (int) text.substring(0, end).chars().filter(c -> c == '\n').count();
  }

  @Override
  public void close() {
    shell.close();
  }
}
