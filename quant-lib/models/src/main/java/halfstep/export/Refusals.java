package halfstep.export;

import halfstep.quant.Axis;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Optional;

/** What several formats cannot hold, with the way out. */
final class Refusals {

  private Refusals() {}

  /** Groups must be inputs of one row. */
  static Optional<String> axis(String format, QuantSpec spec) {
    if (spec.axis() == Axis.IN && spec.groupSize() != QuantSpec.TENSOR) {
      return Optional.empty();
    }
    return Optional.of(
        "%s holds groups of inputs of one row, not %s; quantize with --axis 1 and --group 64 or row"
            .formatted(format, spec.label()));
  }

  /** Zeros must be codes. */
  static Optional<String> floatZeros(String format, QuantSpec spec) {
    if (ZeroPoint.INTEGER.holds(spec.zeroPoint())) {
      return Optional.empty();
    }
    return Optional.of(
        "%s stores zeros as codes, but these are floats; --zero integer rounds them and finds the codes anew, or choose hqq, gguf or plain, which hold floats"
            .formatted(format));
  }

  /** Groups must be consecutive. */
  static Optional<String> indexed(String format, boolean indexed) {
    return indexed
        ? Optional.of(
            "%s holds groups of consecutive inputs, but act-order put them apart; solve with static groups, or choose gptq or compressed-tensors"
                .formatted(format))
        : Optional.empty();
  }
}
