package halfstep.gptq;

import halfstep.quant.GroupParams;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.Optional;

/** What a device needs to know in order to solve a matrix's column blocks. */
public final class GptqPlan {

  private final GptqSolver solver;

  /**
   * @param solver whose blocks are to be solved
   */
  public GptqPlan(GptqSolver solver) {
    this.solver = solver;
  }

  /** {@code out × in}, channels as they lie; not to be modified. */
  public Matrix weights() {
    return solver.weights();
  }

  /** U, upper triangular, {@code in × in}, in solved order; not to be modified. */
  public Matrix factor() {
    return solver.factor();
  }

  /** Number of columns. */
  public int columns() {
    return solver.order().size();
  }

  /** Which channel each column is, in solved order; −1 for one that was never driven. */
  public int[] channels() {
    int[] channels = solver.order().toArray();
    for (int position = 0; position < channels.length; position++) {
      channels[position] = solver.isDead(channels[position]) ? -1 : channels[position];
    }
    return channels;
  }

  /** The group of each column, in solved order. */
  public int[] groups() {
    int[] groups = new int[columns()];
    for (int position = 0; position < groups.length; position++) {
      groups[position] = solver.group(position);
    }
    return groups;
  }

  /** Weights of a group. */
  public int groupSize() {
    return solver.groupSize();
  }

  /** Columns of a block; the last block may have fewer. */
  public int blockSize() {
    return Math.min(solver.config().blockSize(), columns());
  }

  /** The largest code. */
  public int maxCode() {
    return solver.spec().maxCode();
  }

  /** Whether grids are symmetric about 0. */
  public boolean symmetric() {
    return solver.config().symmetric();
  }

  /** Grids that were found before the first column; empty if they are found on the way. */
  public Optional<GroupParams> fixedGrids() {
    return solver.fixedGrids();
  }

  /** Whether grids are found on the way, each by a search for the best shrunken one. */
  public boolean searchesOnTheWay() {
    return fixedGrids().isEmpty() && solver.config().mse();
  }

  /** Whether the rows are so few that {@link Matmul} takes its sums in lanes. */
  public boolean fewRows() {
    return weights().rows() <= Matmul.FEW_ROWS;
  }
}
