package halfstep.compose;

import halfstep.custom.CustomQuantizer;
import halfstep.hqq.HqqDirect;
import halfstep.ls.LeastSquaresDirect;
import halfstep.ls.LeastSquaresSolver;
import halfstep.quant.QuantMethod.Calibrated;
import halfstep.quant.QuantMethod.Custom;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matrix;

/**
 * From a matrix and a method to a quantized matrix in one call, for who does not look at the steps
 * between: {@link Solution} keeps them.
 */
public final class Quantize {

  private Quantize() {}

  /**
   * Quantizes with a method that needs no data.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the method's kind; {@link DataFree#fitted} makes them so
   */
  public static QuantizedMatrix dataFree(Matrix w, QuantSpec spec, DataFree method) {
    return switch (method) {
      case Rtn() -> RoundToNearest.quantize(w, spec);
      case Hqq config -> HqqDirect.quantize(w, spec, config);
      case LeastSquares(int rounds) ->
          LeastSquaresDirect.quantize(new LeastSquaresSolver(w, spec, rounds));
      case Custom custom -> new CustomQuantizer(custom.name(), custom.solver()).quantize(w, spec);
    };
  }

  /**
   * Quantizes one layer with a method that needs its inputs, judged on the layer's own output.
   * Layers that share their input, and the blocks they are judged on, are those of {@link
   * halfstep.awq.AwqReport} and {@link ScaledLayer}.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the method's kind; {@link Calibrated#fitted} makes them so
   * @param inputs recorded inputs of the layer, {@code tokens × in}, one sequence; not modified
   */
  public static QuantizedMatrix calibrated(
      Matrix w, QuantSpec spec, Calibrated method, Matrix inputs) {
    return Solution.calibrated(w, spec, method, inputs, Steps.SKIPPED).quantized();
  }
}
