package halfstep.hqq;

import static halfstep.quant.HqqArithmetic.HALF;

import halfstep.quant.HqqOptions;
import halfstep.quant.Rounding;

/** A half-step in float16: each operation's result is rounded once, as torch does on CUDA. */
final class RoundedHalfStep extends HalfStep {

  private final int maxCode;

  RoundedHalfStep(int size, int maxCode, HqqOptions options, LpPower power) {
    super(size, maxCode, options, power);
    this.maxCode = maxCode;
  }

  @Override
  float weight(float x) {
    return HALF.rounded(x);
  }

  @Override
  float code(float x, float t, float z) {
    return Rounding.code(HALF.rounded(HALF.rounded(x * t) + z), maxCode);
  }

  @Override
  float residual(float x, float q, float t, float z) {
    return HALF.rounded(x - HALF.rounded(HALF.rounded(q - z) / t));
  }

  /** S(r), whose power is a result of its own. */
  @Override
  float shrunk(float r, ShrinkLp shrink) {
    float magnitude = Math.abs(r);
    float taken = shrink.inverseBeta();
    if (shrink.exponent() != 0) {
      taken = HALF.rounded(taken * HALF.rounded((float) Math.pow(magnitude, shrink.exponent())));
    }
    return Math.signum(r) * Math.max(HALF.rounded(magnitude - taken), 0f);
  }

  @Override
  float ownZero(float x, float q, float e, float t) {
    return HALF.rounded(q - HALF.rounded(HALF.rounded(x - e) * t));
  }

  @Override
  float mean(float[] targets, int size) {
    return HALF.rounded(super.mean(targets, size));
  }

  /** The loop's own error, ŵ = (q − z) / t; scales are made of t when the loop is over. */
  @Override
  float errorOf(float x, float q, float t, float s, float z) {
    return Math.abs(residual(x, q, t, z));
  }
}
