package halfstep.ls;

import halfstep.backend.Backends;
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
 * for bit. Each group takes all its rounds while it lies in the first cache, and a start ends when
 * a round moves neither scale nor zero, for then no later round of it does.
 */
public final class LeastSquaresDirect {

  private static final LeastSquaresKernel KERNEL =
      Backends.kernel(LeastSquaresKernel.class, ScalarLeastSquares::new);

  private final LeastSquaresSolver solver;
  private final QuantSpec spec;
  private final int size;

  private float bestScale;
  private float bestZero;

  private LeastSquaresDirect(LeastSquaresSolver solver) {
    this.solver = solver;
    this.spec = solver.spec();
    this.size = spec.grouping(solver.weights().shape()).size();
  }

  /**
   * What {@link LeastSquaresSolver#result} ends with.
   *
   * @param solver holds weights, specification and importance; takes no step
   */
  public static QuantizedMatrix quantize(LeastSquaresSolver solver) {
    return quantize(solver, KERNEL);
  }

  static QuantizedMatrix quantize(LeastSquaresSolver solver, LeastSquaresKernel kernel) {
    Matrix w = solver.weights();
    QuantSpec spec = solver.spec();
    Grouping grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    Codes codes = Codes.zeros(w.shape());
    int size = grouping.size();
    grouping.forEachBlock(
        w,
        "least squares",
        (values, first, count) -> {
          float[] h = solver.importance(first, count);
          GroupFit fit = new GroupFit(size, spec.maxCode(), kernel);
          LeastSquaresDirect direct = new LeastSquaresDirect(solver);
          for (int g = 0; g < count; g++) {
            direct.solve(fit, values, h, g * size);
            scales.put(first + g, direct.bestScale);
            zeros.put(first + g, direct.bestZero);
            direct.round(values, g * size);
          }
          grouping.write(codes, first, count, values);
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  private void solve(GroupFit fit, float[] w, float[] h, int from) {
    AffineGrid grid = AffineGrid.of(w, from, size, spec);
    fit.round(w, h, from, grid.scale(), grid.zero());
    float least = keep(fit);
    for (float span : LeastSquaresSolver.SPANS) {
      if (span < 1) {
        LeastSquaresSolver.narrow(fit, w, h, from, grid, span);
      }
      boolean moves = true;
      for (int round = 0; round < solver.rounds() && moves; round++) {
        float scale = fit.scale;
        float zero = fit.zero;
        if (fit.fit(w, h, from)) {
          fit.round(w, h, from, fit.scale, fit.zero);
        }
        if (fit.error < least) {
          least = keep(fit);
        }
        moves = fit.scale != scale || fit.zero != zero;
      }
    }
  }

  private float keep(GroupFit fit) {
    bestScale = fit.scale;
    bestZero = fit.zero;
    return fit.error;
  }

  /** The group's codes in place of its weights. */
  private void round(float[] values, int from) {
    float inverse = 1f / bestScale;
    for (int i = from; i < from + size; i++) {
      values[i] = Rounding.code(values[i] * inverse + bestZero, spec.maxCode());
    }
  }
}
