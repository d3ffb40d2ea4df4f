package halfstep.gptq;

import halfstep.quant.GroupParams;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;

/** Grids that are found before the first column. */
final class StaticGrids {

  private StaticGrids() {}

  /**
   * Grids of the original weights; with one group per row dead channels still count, as in the
   * reference.
   */
  static GroupParams of(GptqSolver solver) {
    Matrix w = solver.weights();
    int size = solver.groupSize();
    boolean keepDead = size == w.cols() && !solver.config().staticGroups();
    GroupParams grids = solver.emptyGrids();
    Parallel.blocks(
        w.rows(),
        "GPTQ's static groups",
        row -> {
          float[] line = w.row(row);
          for (int c = 0; c < line.length; c++) {
            line[c] = solver.isDead(c) && !keepDead ? 0 : line[c];
          }
          for (int group = 0; group * size < line.length; group++) {
            GptqGrid grid =
                GptqGrid.of(line, group * size, size, solver.config(), solver.spec().maxCode());
            grids.scales().set(row, group, grid.scale());
            grids.zeros().set(row, group, grid.zero());
          }
        });
    return grids;
  }
}
