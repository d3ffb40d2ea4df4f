package halfstep.awq;

import halfstep.quant.Axis;
import halfstep.quant.FiniteCheck;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/** What every part of AWQ refuses. */
final class AwqChecks {

  private AwqChecks() {}

  /** AWQ's formats hold integer zeros, or none, of groups along a row. */
  static void requireGrid(QuantSpec spec) {
    if (spec.axis() != Axis.IN || spec.zeroPoint() == ZeroPoint.FLOAT) {
      throw new IllegalArgumentException(
          "AWQ rounds on integer zeros along axis 1, but the specification says %s zeros along axis %d"
              .formatted(spec.zeroPoint(), spec.axis().number()));
    }
  }

  /**
   * @param w finite weights whose input channels are those of their activations
   */
  static void requireWeights(Matrix w, long channels) {
    FiniteCheck.require(w, "weights");
    if (w.cols() != channels) {
      throw new ShapeException(
          "weights are %s but their activations have %d channels; in must agree"
              .formatted(w.shape(), channels));
    }
  }
}
