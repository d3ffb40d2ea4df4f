package halfstep.kernel.engine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;

/** What cells leave behind beside their declarations, until it is forgotten. */
final class Leftovers {

  /** Looking through JShell's books costs a quarter of a millisecond. */
  private static final int STRUCK_AT_ONCE = 16;

  private final JShell shell;
  private final SnippetOrigins origins;
  private final Optional<SnippetLedger> ledger;

  /** Statements and expressions that have run. */
  private final List<Snippet> over = new ArrayList<>();

  /**
   * Of a JShell without any.
   *
   * @param shell must be used under the same lock as this
   */
  Leftovers(JShell shell, SnippetOrigins origins) {
    this.shell = shell;
    this.origins = origins;
    this.ledger = SnippetLedger.of(shell);
  }

  /** No later snippet can name a statement or expression, and a {@code $1} only in this cell. */
  void note(Snippet snippet) {
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

  /** Drops the {@code $1}, {@code $2} …, and strikes all from the books once there is enough. */
  void forget() {
    over.stream().filter(Leftovers::isTemporary).filter(this::isActive).forEach(shell::drop);
    if (over.size() >= STRUCK_AT_ONCE) {
      ledger.ifPresent(books -> books.strike(over, origins));
      over.clear();
    }
  }

  /** Whether this JDK's books can be reached. */
  boolean areStruck() {
    return ledger.isPresent();
  }

  private boolean isActive(Snippet snippet) {
    return shell.status(snippet).isActive();
  }

  private static boolean isTemporary(Snippet snippet) {
    return snippet.subKind() == Snippet.SubKind.TEMP_VAR_EXPRESSION_SUBKIND;
  }
}
