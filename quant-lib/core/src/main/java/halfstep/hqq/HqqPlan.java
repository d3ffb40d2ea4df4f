package halfstep.hqq;

import halfstep.quant.BetaRule;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;

/** What is the same for all groups of a matrix. Immutable; shared between threads. */
public final class HqqPlan {

  /**
   * The kernel takes ŵ as (q − z)·s, the shrinkage as (q − z)/t: they differ by less than this
   * share of |w| + |r|.
   */
  private static final float ROUNDING = 5e-7f;

  private final int size;
  private final int maxCode;
  private final boolean roundZero;
  private final ShrinkLp[] shrinks;

  /**
   * @param roundZero whether the start's zeros are moved to the nearest whole number, as the
   *     library does at 4 bit
   * @param size weights of a group
   * @param iterations how many half-steps of the configuration's
   */
  public HqqPlan(QuantSpec spec, Hqq config, boolean roundZero, int size, int iterations) {
    this.size = size;
    this.maxCode = spec.maxCode();
    this.roundZero = roundZero;
    this.shrinks = new ShrinkLp[iterations];
    BetaRule rule = new BetaRule.Shared();
    for (int k = 0; k < iterations; k++) {
      shrinks[k] = ShrinkLp.of(config, rule.beta(config, k, Float.NaN));
    }
  }

  /** Weights of a group. */
  public int size() {
    return size;
  }

  /** The largest code. */
  public int maxCode() {
    return maxCode;
  }

  /** Whether the start's zeros are moved to the nearest whole number. */
  public boolean roundsZero() {
    return roundZero;
  }

  /** Number of half-steps. */
  public int iterations() {
    return shrinks.length;
  }

  /** The shrinkage of a half-step. */
  public ShrinkLp shrink(int iteration) {
    return shrinks[iteration];
  }

  /**
   * Residuals of the kernel up to this are inside the dead zone of a half-step, whatever rounding
   * did to them.
   *
   * @param magnitude largest |w| of the group
   */
  float quiet(int iteration, float magnitude) {
    float threshold = shrinks[iteration].quietUpTo();
    return threshold - ROUNDING * (magnitude + threshold);
  }
}
