package halfstep.rtn;

import halfstep.quant.FiniteCheck;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;

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
    return MinMaxRounding.codes(w, spec);
  }
}
