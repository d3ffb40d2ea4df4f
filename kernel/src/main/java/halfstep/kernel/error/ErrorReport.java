package halfstep.kernel.error;

import halfstep.kernel.engine.CellFailure;
import halfstep.kernel.engine.CompileFailure;
import halfstep.kernel.engine.Problem;
import halfstep.kernel.interrupt.CellStopped;
import halfstep.kernel.spi.Refusal;
import java.util.ArrayList;
import java.util.List;

/**
 * A failure as Jupyter shows it.
 *
 * @param name short name of the exception, Jupyter's ename
 * @param message its message, Jupyter's evalue, may be empty
 * @param traceback the lines to print
 */
public record ErrorReport(String name, String message, List<String> traceback) {

  private static final String INTERRUPTED = "Interrupted";
  private static final String NAME_ON = "\u001b[1;31m";
  private static final String MARK_ON = "\u001b[31m";
  private static final String OFF = "\u001b[0m";

  /**
   * Reports what a cell's evaluation threw.
   *
   * @param failure what was thrown
   * @param stopped whether the cell had been interrupted; then whatever it threw is the consequence
   * @return the report
   */
  public static ErrorReport of(Throwable failure, boolean stopped) {
    if (stopped || failure instanceof CellStopped) {
      return sentence(INTERRUPTED, interruption(failure));
    }
    return switch (failure) {
      case CompileFailure compile -> ofCompiler(compile);
      case Refusal refusal -> sentence(refusal.name(), String.valueOf(refusal.getMessage()));
      case CellFailure cell when cell.thrown() instanceof Refusal refusal ->
          sentence(refusal.name(), String.valueOf(refusal.getMessage()));
      case CellFailure cell -> ofThrown(cell.thrown(), cell);
      default -> ofThrown(failure, null);
    };
  }

  /** Says how far the work had come if the exception that ended it knows. */
  private static String interruption(Throwable failure) {
    Throwable thrown = failure instanceof CellFailure cell ? cell.thrown() : failure;
    boolean speaks =
        thrown instanceof RuntimeException
            && thrown.getMessage() != null
            && !(thrown.getCause() instanceof InterruptedException);
    return speaks ? String.valueOf(thrown.getMessage()) : "the cell was interrupted";
  }

  private static ErrorReport sentence(String name, String message) {
    return new ErrorReport(name, message, List.of(headline(name, message)));
  }

  private static ErrorReport ofThrown(
      Throwable thrown, @org.jspecify.annotations.Nullable CellFailure cell) {
    List<String> lines = new ArrayList<>();
    List<Throwable> chain = Traces.chain(thrown);
    for (int depth = 0; depth < chain.size(); depth++) {
      Throwable link = chain.get(depth);
      String head = headline(Traces.name(link), Traces.message(link));
      lines.add(depth == 0 ? head : "Caused by " + head);
      List<String> known = cell == null ? null : cell.frames(depth);
      (known == null ? Traces.frames(link) : known).forEach(frame -> lines.add("    at " + frame));
      for (Throwable suppressed : link.getSuppressed()) {
        lines.add(
            "    Suppressed " + headline(Traces.name(suppressed), Traces.message(suppressed)));
      }
    }
    return new ErrorReport(Traces.name(thrown), Traces.message(thrown), List.copyOf(lines));
  }

  private static ErrorReport ofCompiler(CompileFailure failure) {
    List<String> lines = new ArrayList<>();
    for (Problem problem : failure.problems()) {
      String where =
          failure.cell() == 0
              ? "line " + problem.line()
              : "cell %d, line %d".formatted(failure.cell(), problem.line());
      lines.add(headline("CompileError", problem.message()));
      lines.add("    " + where);
      lines.add("    " + problem.text());
      lines.add(
          "    " + " ".repeat(problem.column()) + MARK_ON + "^".repeat(problem.width()) + OFF);
      if (problem.hint() != null) {
        lines.add("    " + problem.hint());
      }
    }
    String message = String.valueOf(failure.getMessage());
    if (lines.isEmpty()) {
      lines.add(headline("CompileError", message));
    }
    return new ErrorReport("CompileError", message, List.copyOf(lines));
  }

  private static String headline(String name, String message) {
    return NAME_ON + name + OFF + (message.isEmpty() ? "" : ": " + message);
  }
}
