package halfstep.hqq;

import static halfstep.tensor.Halves.half;

import halfstep.quant.HqqOptions;
import halfstep.quant.Rounding;

/** A half-step in float16: each operation's result is rounded once, as torch does on CUDA. */
final class RoundedHalfStep extends HalfStep {

  RoundedHalfStep(int size, int maxCode, HqqOptions options, LpPower power) {
    super(size, maxCode, options, power);
  }

  @Override
  float weight(float x) {
    return half(x);
  }

  @Override
  float code(float x, float t, float z) {
    return Rounding.code(half(half(x * t) + z), maxCode);
  }

  @Override
  float residual(float x, float q, float t, float z) {
    return half(x - half(half(q - z) / t));
  }

  /** S(r), whose power is a result of its own. */
  @Override
  float shrunk(float r, ShrinkLp shrink) {
    float magnitude = Math.abs(r);
    float taken = shrink.inverseBeta();
    if (shrink.exponent() != 0) {
      taken = half(taken * half((float) Math.pow(magnitude, shrink.exponent())));
    }
    return Math.signum(r) * Math.max(half(magnitude - taken), 0f);
  }

  @Override
  float ownZero(float x, float q, float e, float t) {
    return half(q - half(half(x - e) * t));
  }

  @Override
  float mean(float[] targets, int size) {
    return half(super.mean(targets, size));
  }

  /** The loop's own error, ŵ = (q − z) / t; scales are made of t when the loop is over. */
  @Override
  float errorOf(float x, float q, float t, float s, float z) {
    return Math.abs(residual(x, q, t, z));
  }
}
