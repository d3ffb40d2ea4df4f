package halfstep.hqq;

import halfstep.quant.QuantMethod.Hqq;

/**
 * The generalised soft threshold, hqq's answer to {@code min_e |e|ᵖ + (β/2)(e − r)²}:
 *
 * <pre>S(r) = sign(r) · max(|r| − |r|^(p−1) / β, 0)</pre>
 *
 * <p>Inside its dead zone {@code |r| ≤ β^(−1/(2−p))} the result is exactly 0: 0.170 at the
 * defaults, about eight times the standard deviation of a language model's weights. That is why the
 * shrinkage is nearly always inert, and why {@link #isActive} pays.
 *
 * @see <a href="https://mobiusml.github.io/hqq_blog/">HQQ, the W_e sub-problem</a>; reference: hqq
 *     {@code core/optimize.py}, shrink_lp_op. The factor p of the first-order solution is left out
 *     there, and so here.
 */
public final class ShrinkLp {

  /** Below this share of the threshold no rounding of the power can lift the result above 0. */
  private static final float GUARD = 0.9999f;

  private final float inverseBeta;
  private final float exponent;
  private final float threshold;

  ShrinkLp(float lpNorm, float beta) {
    this.inverseBeta = (float) (1.0 / beta);
    this.exponent = lpNorm - 1;
    this.threshold = (float) Math.pow(beta, -1.0 / (2.0 - lpNorm));
  }

  static ShrinkLp of(Hqq config, float beta) {
    return new ShrinkLp(config.lpNorm(), beta);
  }

  /** Residuals up to this magnitude shrink to 0. */
  float threshold() {
    return threshold;
  }

  /** 1/β. */
  public float inverseBeta() {
    return inverseBeta;
  }

  /** p − 1. */
  public float exponent() {
    return exponent;
  }

  /** Magnitudes up to this are not active: {@link #apply} gives 0. */
  public float quietUpTo() {
    return GUARD * threshold;
  }

  /** Whether a residual of this magnitude can survive; false means {@link #apply} gives 0. */
  boolean isActive(float magnitude) {
    return magnitude > quietUpTo();
  }

  /** S(r). */
  public float apply(float r) {
    float magnitude = Math.abs(r);
    if (!isActive(magnitude)) {
      return 0f;
    }
    float shrunk = magnitude - inverseBeta * LpRoot.of(magnitude, exponent);
    return Math.signum(r) * Math.max(shrunk, 0f);
  }
}
