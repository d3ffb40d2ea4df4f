package halfstep.gptq;

import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;

/** Makes the steps of one run, column block after column block. */
final class StepSeries {

  private final GptqSolver solver;
  private final GroupParams grids;
  private int index;
  private int first;
  private double totalLoss;

  /**
   * @param grids one per row and group; those of a block's groups are read when its step is made
   */
  StepSeries(GptqSolver solver, GroupParams grids) {
    this.solver = solver;
    this.grids = grids;
  }

  /** All steps of what a device found. */
  static List<GptqStep> of(GptqSolver solver, GptqPass pass) {
    StepSeries series = new StepSeries(solver, pass.grids());
    return pass.blocks().stream()
        .map(block -> series.next(block.codes(), block.loss(), block.moved()))
        .toList();
  }

  /** Position of the next block's first column. */
  int first() {
    return first;
  }

  /** The step of the block that was solved next. */
  GptqStep next(Codes codes, double loss, long moved) {
    int end = first + Math.toIntExact(codes.shape().cols());
    List<GptqStep.Started> started = new ArrayList<>();
    for (int c = first; c < end; c++) {
      if (solver.startsGroup(c)) {
        started.add(new GptqStep.Started(solver.group(c), column(solver.group(c))));
      }
    }
    totalLoss += loss;
    GptqStep step = new GptqStep(index, first, codes, started, moved, loss, totalLoss);
    first = end;
    index++;
    return step;
  }

  private GroupParams column(int group) {
    long rows = grids.scales().rows();
    Matrix scales = Matrix.zeros(rows, 1);
    Matrix zeros = Matrix.zeros(rows, 1);
    for (long row = 0; row < rows; row++) {
      scales.put(row, grids.scales().get(row, group));
      zeros.put(row, grids.zeros().get(row, group));
    }
    return new GroupParams(scales, zeros);
  }
}
