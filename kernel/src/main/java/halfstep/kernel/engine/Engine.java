package halfstep.kernel.engine;

import halfstep.kernel.interrupt.CellStopped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Function;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import jdk.jshell.ImportSnippet;
import jdk.jshell.JShell;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
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

  private final SnippetLoader loader = new SnippetLoader(Engine.class.getClassLoader());
  private final EngineLock lock = new EngineLock();
  private final StoppableControl control = new StoppableControl(loader, lock);
  private final JShell shell;
  private final CompilePath compilePath;
  private final LateImports imports;
  private final Hints hints;
  private final SnippetRunner runner;
  private final Leftovers leftovers;
  private final SourceComments sources = new SourceComments();

  /**
   * Builds JShell and gives it the imports of the JDK's own {@code jshell}.
   *
   * @param classPath what cells may compile against, in the form of {@code java.class.path}; it
   *     must be loadable here
   */
  public Engine(String classPath) {
    SnippetOrigins origins = new SnippetOrigins();
    shell =
        CompilePath.withoutInherited(
            JShell.builder()
                    .executionEngine(new ControlProvider(control), null)
                    .compilerOptions(CompilerOptions.ofThisProcess().toArray(String[]::new))
                    .fileManager(Engine::onlyClasses)
                    .idGenerator((_, _) -> origins.newId())
                ::build);
    compilePath = new CompilePath(shell, classPath);
    hints = new Hints(shell);
    sources.add(classPath);
    imports = new LateImports(lock, loader, this::evaluated);
    leftovers = new Leftovers(shell, origins);
    runner = new SnippetRunner(shell, lock, control, this::evaluated, origins, leftovers, hints);
    imports.add(IMPORTS);
  }

  /**
   * Cells have no annotation processors; unless told so, every compiler opens the whole class path
   * to look for some, and for plug-ins. Nor do they compile what a jar holds in source beside its
   * classes; a compiler without a path for sources would take it wherever it is the newer.
   */
  private static StandardJavaFileManager onlyClasses(StandardJavaFileManager files) {
    try {
      files.setLocation(StandardLocation.ANNOTATION_PROCESSOR_PATH, List.of());
      files.setLocation(StandardLocation.SOURCE_PATH, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException("an empty path cannot be set", e);
    }
    return files;
  }

  /**
   * Imports whole packages, each when a cell names something of it.
   *
   * @param source import declarations, one a line
   */
  public void importLater(String source) {
    imports.add(source);
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

  /** Full names of what is imported by now, in order. */
  List<String> imported() {
    return lock.asking(() -> shell.imports().map(ImportSnippet::fullname).toList());
  }

  /** Makes the names of all imports known, as a question about any name needs them. */
  void bringImports() {
    lock.asking(imports::bring);
  }

  /**
   * Makes known what a question's source names: by the imports that bring it, and by looking
   * through all of the class path.
   *
   * @return false if nothing is known now that was not before
   */
  boolean reach(String source) {
    return lock.asking(() -> imports.bringFor(source) | compilePath.widen());
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
    return runner.run(source, cell, firstLine);
  }

  /** Lets JShell evaluate, with as much before it as the names in it need. */
  private List<SnippetEvent> evaluated(String source) {
    List<SnippetEvent> events = shell.eval(source);
    while (compilePath.lacksName(events) && (imports.bringFor(source) || compilePath.widen())) {
      events = shell.eval(source);
    }
    return events;
  }

  private CompletionInfo completion(String source) {
    return analyse(analysis -> analysis.analyzeCompletion(source));
  }

  /**
   * Forgets what the last cell left behind beside its declarations: the {@code $1}, {@code $2} …,
   * which would slow down every later cell, and all that JShell keeps of what has run.
   */
  public void forgetCell() {
    lock.asking(() -> {
      leftovers.forget();
      return true;
    });
  }

  /** Whether {@link #forgetCell} reaches what JShell keeps. */
  boolean forgets() {
    return leftovers.areStruck();
  }

  @Override
  public void close() {
    shell.close();
  }
}
