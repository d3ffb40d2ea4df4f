package halfstep.gptq;

import halfstep.quant.GroupParams;
import java.util.Arrays;

/**
 * The inner loop of GPTQ's algorithm 1, line by line: the columns of one block in one row. Rows do
 * not know of one another, so many are solved at once with one of these.
 */
final class ColumnBlock {

  private final GptqSolver solver;
  private final GroupParams grids;
  private final int first;
  private final int count;
  private final int maxCode;
  private final float[][] u;

  /**
   * @param grids one per row and group; filled in where a group begins in this block
   * @param first position of the first column in solved order
   * @param count number of columns
   */
  ColumnBlock(GptqSolver solver, GroupParams grids, int first, int count) {
    this.solver = solver;
    this.grids = grids;
    this.first = first;
    this.count = count;
    this.maxCode = solver.spec().maxCode();
    this.u = new float[count][count];
    for (int i = 0; i < count; i++) {
      solver.factor().read((long) (first + i) * solver.order().size() + first, u[i], 0, count);
    }
  }

  /**
   * Solves the block in one row.
   *
   * @param rest the row from the block's first column to the last, after all blocks before; not
   *     modified. Grids are found in it, so they do not see the compensation inside this block, as
   *     in the reference.
   * @param codes overwritten
   * @param errors overwritten with e, what is left for the columns after the block
   * @return the loss, Σ e²/2
   */
  double solve(long row, float[] rest, byte[] codes, float[] errors) {
    findGrids(row, rest);
    float[] scales = grids.scales().row(row);
    float[] zeros = grids.zeros().row(row);
    float[] w = Arrays.copyOf(rest, count);
    double loss = 0;
    for (int j = 0; j < count; j++) {
      int group = solver.group(first + j);
      GptqGrid grid = new GptqGrid(scales[group], zeros[group], maxCode);
      // q = clamp(round(w / s) + z),  ŵ = s·(q − z)
      float q = grid.code(w[j]);
      // e = (w − ŵ) / U_jj
      float e = (w[j] - grid.value(q)) / u[j][j];
      // w ← w − e · U_j, from column j to the block's end
      spread(w, e, u[j], j);
      codes[j] = (byte) q;
      errors[j] = e;
      loss += 0.5 * e * e;
    }
    return loss;
  }

  private static void spread(float[] w, float e, float[] u, int from) {
    for (int k = from; k < w.length; k++) {
      w[k] -= e * u[k];
    }
  }

  private void findGrids(long row, float[] rest) {
    for (int j = 0; j < count; j++) {
      if (solver.startsGroup(first + j)) {
        GptqGrid found = GptqGrid.of(rest, j, solver.groupSize(), solver.config(), maxCode);
        grids.scales().set(row, solver.group(first + j), found.scale());
        grids.zeros().set(row, solver.group(first + j), found.zero());
      }
    }
  }

  /** How many of a row's codes differ from those of its original weights on the same grids. */
  int moved(long row, byte[] codes) {
    float[] scales = grids.scales().row(row);
    float[] zeros = grids.zeros().row(row);
    float[] original = solver.ordered(row, first, count);
    int moved = 0;
    for (int j = 0; j < count; j++) {
      int group = solver.group(first + j);
      float q = new GptqGrid(scales[group], zeros[group], maxCode).code(original[j]);
      moved += q == Byte.toUnsignedInt(codes[j]) ? 0 : 1;
    }
    return moved;
  }
}
