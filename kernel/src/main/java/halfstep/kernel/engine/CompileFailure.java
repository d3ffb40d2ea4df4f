package halfstep.kernel.engine;

import java.util.List;

/** A cell that the compiler refused. */
public final class CompileFailure extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;
  private final int cell;

  CompileFailure(int cell, List<Problem> problems) {
    super(problems.isEmpty() ? "the cell does not compile" : problems.getFirst().message());
    this.cell = cell;
    this.problems = List.copyOf(problems);
  }

  /** What the compiler said, in order. */
  public List<Problem> problems() {
    return problems;
  }

  /** The cell's execution number, 0 for code that no cell holds. */
  public int cell() {
    return cell;
  }
}
