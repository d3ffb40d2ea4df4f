package halfstep.compose;

import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.hqq.HqqSolver;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Calibrated;
import halfstep.quant.QuantMethod.DataFree;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.Rtn;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.List;

/** From a matrix and a method to a quantized matrix in one call. */
public final class Quantize {

  private Quantize() {}

  /**
   * Quantizes with a method that needs no data.
   *
   * @param w weights, {@code out × in}; not modified
   */
  public static QuantizedMatrix dataFree(Matrix w, QuantSpec spec, DataFree method) {
    return switch (method) {
      case Rtn() -> RoundToNearest.quantize(w, spec);
      case Hqq config -> {
        HqqSolver solver = new HqqSolver(w, spec, config);
        yield solver.quantized(solver.result());
      }
    };
  }

  /**
   * Quantizes one layer with a method that needs its inputs, judged on the layer's own output.
   * Layers that share their input, and the blocks they are judged on, are {@link AwqScaleSearch}'s.
   *
   * @param w weights, {@code out × in}; not modified
   * @param inputs recorded inputs of the layer, {@code tokens × in}; not modified
   */
  public static QuantizedMatrix calibrated(
      Matrix w, QuantSpec spec, Calibrated method, Matrix inputs) {
    return switch (method) {
      case Awq config -> {
        Inspected layer = weights -> Matmul.timesTransposed(inputs, weights.getFirst());
        AwqScaleSearch search =
            new AwqScaleSearch(List.of(w), spec, config, Activations.of(inputs), layer);
        AwqStep best = search.best();
        yield search.quantized(0, best);
      }
    };
  }
}
