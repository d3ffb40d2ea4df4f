package halfstep.rtn;

import halfstep.quant.Codes;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupParams;
import halfstep.quant.Grouping;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;

/**
 * Round to nearest: each group's minimum and maximum span the codes, each weight takes the nearest.
 *
 * <p>{@code ZeroPoint.FLOAT} is hqq without its optimiser (reference: hqq {@code
 * core/quantize.py}), {@code ZeroPoint.INTEGER} the AWQ paper's baseline (reference: AutoAWQ {@code
 * quantize/quantizer.py}, pseudo_quantize_tensor).
 */
public final class RoundToNearest {

  private RoundToNearest() {}

  /**
   * Quantizes one matrix.
   *
   * @param w weights, {@code out × in}; not modified
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   */
  public static QuantizedMatrix quantize(Matrix w, QuantSpec spec) {
    FiniteCheck.require(w, "weights");
    Grouping grouping = spec.grouping(w.shape());
    Shape params = grouping.paramShape();
    Matrix scales = Matrix.zeros(params.rows(), params.cols());
    Matrix zeros = Matrix.zeros(params.rows(), params.cols());
    Codes codes = Codes.zeros(w.shape());
    int block = grouping.blockSize();
    long blocks = (grouping.groups() + block - 1) / block;
    Parallel.blocks(
        blocks,
        "rounding to nearest",
        b -> {
          long first = b * block;
          int count = (int) Math.min(block, grouping.groups() - first);
          float[] values = new float[count * grouping.size()];
          grouping.read(w, first, count, values);
          for (int g = 0; g < count; g++) {
            group(values, g * grouping.size(), grouping, first + g, spec, scales, zeros, codes);
          }
        });
    return new QuantizedMatrix(spec, codes, new GroupParams(scales, zeros));
  }

  private static void group(
      float[] w,
      int from,
      Grouping grouping,
      long group,
      QuantSpec spec,
      Matrix scales,
      Matrix zeros,
      Codes codes) {
    AffineGrid grid = AffineGrid.of(w, from, grouping.size(), spec);
    scales.put(group, grid.scale());
    zeros.put(group, grid.zero());
    for (int i = 0; i < grouping.size(); i++) {
      codes.put(grouping.index(group, i), (int) grid.code(w[from + i]));
    }
  }

  /**
   * The same grid applied and undone, {@code ŵ} in one pass without keeping codes: what a search
   * over many candidates needs.
   *
   * @param w weights, {@code out × in}; overwritten by what their codes stand for
   */
  public static void roundInPlace(Matrix w, QuantSpec spec) {
    Grouping grouping = spec.grouping(w.shape());
    int block = grouping.blockSize();
    long blocks = (grouping.groups() + block - 1) / block;
    Parallel.blocks(
        blocks,
        "rounding to nearest",
        b -> {
          long first = b * block;
          int count = (int) Math.min(block, grouping.groups() - first);
          float[] values = new float[count * grouping.size()];
          grouping.read(w, first, count, values);
          for (int g = 0; g < count; g++) {
            int from = g * grouping.size();
            AffineGrid grid = AffineGrid.of(values, from, grouping.size(), spec);
            for (int i = from; i < from + grouping.size(); i++) {
              values[i] = (grid.code(values[i]) - grid.zero()) * grid.scale();
            }
          }
          grouping.write(w, first, count, values);
        });
  }
}
