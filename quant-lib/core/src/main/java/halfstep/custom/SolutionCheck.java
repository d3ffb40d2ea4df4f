package halfstep.custom;

import halfstep.quant.GroupSolution;
import halfstep.quant.QuantSpec;
import org.jspecify.annotations.Nullable;

/** What is wrong with a solution, in words. */
final class SolutionCheck {

  private SolutionCheck() {}

  /**
   * The first thing wrong with a solution.
   *
   * @param size weights in the group
   * @return the fault, or null if there is none
   */
  static @Nullable String fault(GroupSolution found, int size, QuantSpec spec) {
    if (found.size() != size) {
      return "returned %d codes for %d weights; one each".formatted(found.size(), size);
    }
    if (!(found.scale() > 0) || Float.isInfinite(found.scale())) {
      return "scale %s is not positive and finite".formatted(found.scale());
    }
    String zero = zeroFault(found.zero(), spec);
    return zero != null ? zero : codeFault(found, spec);
  }

  private static @Nullable String zeroFault(float zero, QuantSpec spec) {
    if (!Float.isFinite(zero)) {
      return "zero %s is not finite".formatted(zero);
    }
    boolean code = zero == Math.rint(zero) && zero >= 0 && zero <= spec.maxCode();
    return switch (spec.zeroPoint()) {
      case FLOAT -> null;
      case INTEGER ->
          code
              ? null
              : "zero %s is no whole number from 0 to %d, which INTEGER zeros are"
                  .formatted(zero, spec.maxCode());
      case SYMMETRIC -> {
        int middle = spec.bits().middleCode("symmetric rounding", 2);
        yield zero == middle
            ? null
            : "zero %s is not the middle code %d, which SYMMETRIC zeros are"
                .formatted(zero, middle);
      }
    };
  }

  private static @Nullable String codeFault(GroupSolution found, QuantSpec spec) {
    for (int i = 0; i < found.size(); i++) {
      int code = found.code(i);
      if (code < 0 || code > spec.maxCode()) {
        return "code %d of weight %d is outside 0 to %d".formatted(code, i, spec.maxCode());
      }
      if (!Float.isFinite((code - found.zero()) * found.scale())) {
        return "scale %s and zero %s turn code %d into a weight beyond float32"
            .formatted(found.scale(), found.zero(), code);
      }
    }
    return null;
  }
}
