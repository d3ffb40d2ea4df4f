package halfstep.kernel.engine;

import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;

/** What becomes of a text when Enter is pressed. */
public enum Completeness {
  /** It can run. */
  COMPLETE,
  /** More lines must follow. */
  INCOMPLETE,
  /** No further line can make it Java. */
  INVALID;

  static Completeness of(SourceCodeAnalysis analysis, String source) {
    String rest = source;
    while (!rest.isBlank()) {
      CompletionInfo info = analysis.analyzeCompletion(rest);
      switch (info.completeness()) {
        case EMPTY -> {
          return COMPLETE;
        }
        case DEFINITELY_INCOMPLETE, CONSIDERED_INCOMPLETE -> {
          return INCOMPLETE;
        }
        case UNKNOWN -> {
          return INVALID;
        }
        case COMPLETE, COMPLETE_WITH_SEMI -> {
          // the analysis finds the end of a snippet by its tokens; only the parser knows if it is
          // one. JShell's own view, sourceToSnippets, also calls unknown names erroneous, and once
          // it saw a record JShell finds no documentation any more
          if (!Syntax.isPossible(info.source())) {
            return INVALID;
          }
        }
      }
      rest = info.remaining();
    }
    return COMPLETE;
  }
}
