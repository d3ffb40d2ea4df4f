package halfstep.ls;

import halfstep.backend.Backends;
import halfstep.backend.Devices;
import halfstep.quant.AffineGrid;
import halfstep.quant.Codes;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.quant.Rounding;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/**
 * The result of {@link LeastSquaresSolver} without its steps: the same codes, scales and zeros, bit
 * for bit. As many groups as a vector has lanes go through their rounds side by side; when one is
 * through with all its starts, the next takes its lane. A start ends when a round moves neither
 * scale nor zero, for then no later round of it does.
 */
public final class LeastSquaresDirect {

  private static final LeastSquaresKernel KERNEL =
      Backends.kernel(LeastSquaresKernel.class, ScalarLeastSquares::new);

  private LeastSquaresDirect() {}

  /**
   * What {@link LeastSquaresSolver#result} ends with.
   *
   * @param solver holds weights, specification and importance; takes no step
   */
  public static QuantizedMatrix quantize(LeastSquaresSolver solver) {
    float[] importance = solver.isUniform() ? new float[0] : solver.importance();
    return Devices.kernel(LeastSquaresDevice.class)
        .flatMap(
            device -> device.solve(solver.weights(), solver.spec(), solver.rounds(), importance))
        .orElseGet(() -> quantize(solver, KERNEL));
  }

  static QuantizedMatrix quantize(LeastSquaresSolver solver, LeastSquaresKernel kernel) {
    Matrix w = solver.weights();
    QuantSpec spec = solver.spec();
    Grouping grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    Codes codes = Codes.zeros(w.shape());
    boolean uniform = solver.isUniform();
    grouping.forEachBlock(
        w,
        "least squares",
        (values, first, count) -> {
          float[] h = uniform ? new float[0] : solver.importance(first, count);
          Lanes lanes = new Lanes(solver, kernel, values, h, grouping.size());
          lanes.solve(count);
          for (int g = 0; g < count; g++) {
            scales.put(first + g, lanes.bestScales[g]);
            zeros.put(first + g, lanes.bestZeros[g]);
          }
          lanes.round(count);
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  /** The groups of one block on their way through the lanes. */
  private static final class Lanes {
    private static final int IDLE = -1;

    private final LeastSquaresSolver solver;
    private final LeastSquaresKernel kernel;
    private final float[] values;
    private final float[] h;
    private final int size;
    private final Lockstep state;

    /** Of each lane: its group, the grid and the start that the group is at, and fits done. */
    private final int[] groups;

    private final AffineGrid[] grids;
    private final int[] starts;
    private final int[] rounds;
    private final float[] least;

    private float[] bestScales = {};
    private float[] bestZeros = {};
    private int next;
    private int busy;

    Lanes(
        LeastSquaresSolver solver, LeastSquaresKernel kernel, float[] values, float[] h, int size) {
      this.solver = solver;
      this.kernel = kernel;
      this.values = values;
      this.h = h;
      this.size = size;
      this.state = new Lockstep(kernel.width(), size, solver.spec().maxCode());
      this.groups = new int[kernel.width()];
      this.grids = new AffineGrid[groups.length];
      this.starts = new int[groups.length];
      this.rounds = new int[groups.length];
      this.least = new float[groups.length];
    }

    void solve(int count) {
      bestScales = new float[count];
      bestZeros = new float[count];
      for (int lane = 0; lane < groups.length; lane++) {
        take(lane);
      }
      while (busy > 0) {
        kernel.round(state);
        for (int lane = 0; lane < groups.length; lane++) {
          if (groups[lane] != IDLE) {
            after(lane);
          }
        }
      }
    }

    /** The next group of the block takes a lane, or none if all have had their turn. */
    private void take(int lane) {
      if (next == bestScales.length) {
        groups[lane] = IDLE;
        return;
      }
      int from = next * size;
      groups[lane] = next++;
      busy++;
      grids[lane] = AffineGrid.of(values, from, size, solver.spec());
      state.load(lane, values, h, from);
      starts[lane] = 0;
      begin(lane);
    }

    private void begin(int lane) {
      AffineGrid grid = grids[lane];
      float span = LeastSquaresSolver.SPANS[starts[lane]];
      boolean whole = starts[lane] == 0;
      state.scales()[lane] = whole ? grid.scale() : LeastSquaresSolver.narrowScale(grid, span);
      state.zeros()[lane] = whole ? grid.zero() : LeastSquaresSolver.narrowZero(grid, span);
      rounds[lane] = 0;
    }

    /** A lane was rounded and fitted: keeps what is better, and moves on. */
    private void after(int lane) {
      float slope = state.slopes()[lane];
      float offset = state.offsets()[lane];
      boolean moves =
          rounds[lane] < solver.rounds()
              && GroupFit.isScale(slope)
              && (slope != state.scales()[lane] || offset != state.zeros()[lane]);
      boolean first = starts[lane] == 0 && rounds[lane] == 0;
      // a narrower grid is a candidate only if its rounds go nowhere
      boolean candidate = starts[lane] == 0 || rounds[lane] > 0 || !moves;
      if (first || (candidate && state.errors()[lane] < least[lane])) {
        least[lane] = state.errors()[lane];
        bestScales[groups[lane]] = state.scales()[lane];
        bestZeros[groups[lane]] = state.zeros()[lane];
      }
      if (moves) {
        state.scales()[lane] = slope;
        state.zeros()[lane] = offset;
        rounds[lane]++;
      } else if (++starts[lane] < LeastSquaresSolver.SPANS.length) {
        begin(lane);
      } else {
        busy--;
        take(lane);
      }
    }

    /** The groups' codes in place of their weights. */
    void round(int count) {
      int maxCode = solver.spec().maxCode();
      for (int g = 0; g < count; g++) {
        float inverse = 1f / bestScales[g];
        float zero = bestZeros[g];
        for (int i = g * size; i < (g + 1) * size; i++) {
          values[i] = Rounding.code(values[i] * inverse + zero, maxCode);
        }
      }
    }
  }
}
