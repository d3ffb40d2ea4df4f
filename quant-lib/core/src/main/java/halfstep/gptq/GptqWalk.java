package halfstep.gptq;

import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.Iterator;
import java.util.NoSuchElementException;

/** One run over all column blocks, on a working copy of the weights. */
final class GptqWalk implements Iterator<GptqStep> {

  private static final int ROWS = 16;
  private static final int PANEL = 1024;
  private static final String WORK = "GPTQ";

  private final GptqSolver solver;
  private final int columns;
  private final long rows;
  private final GroupParams grids;
  private final Matrix working;
  private final StepSeries series;
  private boolean broken;

  GptqWalk(GptqSolver solver) {
    this.solver = solver;
    this.columns = solver.order().size();
    this.rows = solver.weights().rows();
    this.grids = solver.startingGrids();
    this.series = new StepSeries(solver, grids);
    this.working = Matrix.zeros(rows, columns);
    Parallel.blocks(
        rows,
        WORK,
        row -> working.write(row * columns, solver.ordered(row, 0, columns), 0, columns));
  }

  @Override
  public boolean hasNext() {
    return series.first() < columns;
  }

  @Override
  public GptqStep next() {
    if (!hasNext()) {
      throw new NoSuchElementException("all column blocks are solved");
    }
    if (broken) {
      throw new IllegalStateException(
          "these steps were interrupted inside a column block; start anew with steps()");
    }
    broken = true;
    int first = series.first();
    int count = Math.min(solver.config().blockSize(), columns - first);
    ColumnBlock block = new ColumnBlock(solver, grids, first, count);
    Matrix errors = Matrix.zeros(rows, count);
    Codes codes = Codes.zeros(new Shape(rows, count));
    double[] losses = new double[Math.toIntExact(rows)];
    long[] moved = new long[losses.length];
    Parallel.blocks(
        Math.ceilDiv(rows, ROWS),
        WORK,
        task -> {
          float[] rowErrors = new float[count];
          byte[] rowCodes = new byte[count];
          for (long r = task * ROWS; r < Math.min(rows, (task + 1) * ROWS); r++) {
            losses[(int) r] = block.solve(r, rest(r, first), rowCodes, rowErrors);
            moved[(int) r] = block.moved(r, rowCodes);
            errors.write(r * count, rowErrors, 0, count);
            codes.write(r * count, rowCodes);
          }
        });
    compensate(errors, first);
    GptqStep step = step(codes, losses, moved);
    broken = false;
    return step;
  }

  /** A row from the block's first column on, as it is before the block. */
  private float[] rest(long row, int first) {
    float[] rest = new float[columns - first];
    working.read(row * columns + first, rest, 0, rest.length);
    return rest;
  }

  /** W[:, rest] ← W[:, rest] − E · U[block, rest] */
  private void compensate(Matrix errors, int first) {
    int count = Math.toIntExact(errors.cols());
    for (int start = first + count; start < columns; start += PANEL) {
      int width = Math.min(PANEL, columns - start);
      Matrix spread = Matmul.timesTransposed(errors, factorColumns(first, count, start, width));
      int panel = start;
      Parallel.blocks(
          rows,
          WORK,
          row -> {
            float[] line = new float[width];
            float[] change = spread.row(row);
            working.read(row * columns + panel, line, 0, width);
            for (int c = 0; c < width; c++) {
              line[c] -= change[c];
            }
            working.write(row * columns + panel, line, 0, width);
          });
    }
  }

  /** U[block, start …] transposed, {@code width × count}. */
  private Matrix factorColumns(int first, int count, int start, int width) {
    float[] transposed = new float[Math.multiplyExact(width, count)];
    float[] line = new float[width];
    for (int k = 0; k < count; k++) {
      solver.factor().read((long) (first + k) * columns + start, line, 0, width);
      for (int c = 0; c < width; c++) {
        transposed[c * count + k] = line[c];
      }
    }
    return Matrix.of(width, count, transposed);
  }

  private GptqStep step(Codes codes, double[] losses, long[] moved) {
    double loss = 0;
    long codesMoved = 0;
    for (int row = 0; row < losses.length; row++) {
      loss += losses[row];
      codesMoved += moved[row];
    }
    return series.next(codes, loss, codesMoved);
  }
}
