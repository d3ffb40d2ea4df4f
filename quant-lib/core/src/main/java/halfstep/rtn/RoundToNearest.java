package halfstep.rtn;

import halfstep.backend.Devices;
import halfstep.quant.FiniteCheck;
import halfstep.quant.GroupRange;
import halfstep.quant.MinMaxRounding;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import java.util.Optional;

/**
 * Round to nearest: each group's minimum and maximum span the codes, each weight takes the nearest.
 * A {@link RoundingRule} says how exactly; without one the specification's zeros choose.
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
    return quantize(w, spec, RoundingRule.of(spec));
  }

  /**
   * Quantizes one matrix under a named rule.
   *
   * @param w weights, {@code out × in}; not modified
   * @param spec its zeros must be of the rule's kind
   * @throws halfstep.tensor.ShapeException if the groups do not divide the matrix
   * @throws halfstep.quant.NonFiniteException if a weight is NaN or infinite
   * @throws IllegalArgumentException if the rule has other zeros, or no grid of this width, or if a
   *     group's range is beyond float32
   */
  public static QuantizedMatrix quantize(Matrix w, QuantSpec spec, RoundingRule rule) {
    if (!spec.zeroPoint().holds(rule.zeroPoint())) {
      throw new IllegalArgumentException(
          "%s has %s zeros, but the specification asks for %s ones; use ZeroPoint.%s"
              .formatted(rule.label(), rule.zeroPoint(), spec.zeroPoint(), rule.zeroPoint()));
    }
    FiniteCheck.require(w, "weights");
    return onDevice(w, spec, rule)
        .orElseGet(() ->
            MinMaxRounding.codes(
                w,
                spec,
                (values, from, size) -> rule.grid(GroupRange.of(values, from, size), spec.bits())));
  }

  private static Optional<QuantizedMatrix> onDevice(Matrix w, QuantSpec spec, RoundingRule rule) {
    return rule.equals(RoundingRule.of(spec))
        ? Devices.kernel(RtnDevice.class).flatMap(device -> device.round(w, spec))
        : Optional.empty();
  }
}
