package halfstep.kernel.engine;

import halfstep.kernel.spi.Completion;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.QualifiedNames;
import jdk.jshell.SourceCodeAnalysis.Suggestion;

/** Completes Java at a position of a cell. */
public final class Completer {

  private final Engine engine;

  /**
   * Makes a completer.
   *
   * @param engine knows the declarations of earlier cells
   */
  public Completer(Engine engine) {
    this.engine = engine;
  }

  /**
   * Completes.
   *
   * @param source the cell
   * @param cursor offset into it
   * @return offsets into {@code source}; matches whose type fits come first
   */
  public Completion complete(String source, int cursor) {
    if (!isMember(source, cursor)) {
      engine.bringImports();
    }
    int start = startOfSnippet(source, cursor);
    if (source.startsWith("import ", start)) {
      engine.widen();
    }
    Completion own = known(source, start, cursor);
    if (own.matches().isEmpty() && engine.reach(source)) {
      own = known(source, start, cursor);
    }
    return own.matches().isEmpty() ? qualified(source.substring(0, cursor)) : own;
  }

  /** Behind a dot, only what stands before it must be known; elsewhere any name may be meant. */
  private static boolean isMember(String source, int cursor) {
    int name = cursor;
    while (name > 0 && Character.isJavaIdentifierPart(source.charAt(name - 1))) {
      name--;
    }
    return name > 0 && source.charAt(name - 1) == '.';
  }

  private Completion known(String source, int start, int cursor) {
    Completion own = suggest("", source.substring(start, cursor), start);
    if (own.matches().isEmpty() && start > 0) {
      // inside a block, what the earlier statements of this cell declare is known
      String block = "{ " + source.substring(0, start);
      return suggest(block, source.substring(start, cursor), start);
    }
    return own;
  }

  /** The full names of a type that is not imported. */
  private Completion qualified(String before) {
    QualifiedNames names = engine.qualified(before);
    int start = before.length() - names.getSimpleNameLength();
    return names.isResolvable() || names.getNames().isEmpty()
        ? new Completion(before.length(), before.length(), List.of())
        : new Completion(start, before.length(), names.getNames());
  }

  /** Where the snippet that holds the cursor begins. */
  private int startOfSnippet(String source, int cursor) {
    int start = 0;
    while (start < cursor) {
      String rest = source.substring(start, cursor);
      CompletionInfo info = engine.analyse(analysis -> analysis.analyzeCompletion(rest));
      if (!info.completeness().isComplete() || info.remaining().isBlank()) {
        break;
      }
      start = cursor - info.remaining().length();
    }
    return start;
  }

  private Completion suggest(String prefix, String snippet, int offset) {
    int[] anchor = {0};
    List<Suggestion> suggestions =
        engine.analyse(analysis ->
            analysis.completionSuggestions(
                prefix + snippet, prefix.length() + snippet.length(), anchor));
    Set<String> matches = new LinkedHashSet<>();
    suggestions.stream()
        .filter(Suggestion::matchesType)
        .forEach(s -> matches.add(s.continuation()));
    suggestions.forEach(s -> matches.add(s.continuation()));
    int start = Math.clamp(offset + anchor[0] - prefix.length(), offset, offset + snippet.length());
    return new Completion(start, offset + snippet.length(), List.copyOf(matches));
  }
}
