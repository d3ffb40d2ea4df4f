package halfstep.quant;

import halfstep.quant.QuantMethod.Hqq;

/** Where the weight β of the quadratic coupling comes from. */
public sealed interface BetaRule {

  /**
   * β of the half-step that leads on from step {@code index}, for a group.
   *
   * @param scale the group's step between neighbouring codes
   */
  float beta(Hqq config, int index, float scale);

  /** Whether all groups have the same β. */
  boolean isShared();

  /** The library's: β is a number, the same for all groups, and grows by κ. */
  record Shared() implements BetaRule {
    @Override
    public float beta(Hqq config, int index, float scale) {
      // β · κ^k
      return (float) (config.beta() * Math.pow(config.kappa(), index));
    }

    @Override
    public boolean isShared() {
      return true;
    }
  }

  /**
   * Ours, {@code --beta auto}: each group's dead zone is a fixed share of its step, so that the
   * shrinkage acts alike at any scale of the weights. The configuration's β is not looked at; κ
   * still multiplies it with each half-step.
   *
   * @param deadZone residuals up to this many steps shrink to 0, in (0, 0.5): rounding leaves none
   *     above half a step inside the range
   */
  record PerStep(float deadZone) implements BetaRule {

    /** A quarter of a step, the mean residual of uniform weights. */
    public static final PerStep DEFAULT = new PerStep(0.25f);

    /** Refuses a dead zone that is empty, or that nothing inside the range leaves. */
    public PerStep {
      if (!(deadZone > 0 && deadZone < 0.5f)) {
        throw new IllegalArgumentException(
            "deadZone %s is outside (0, 0.5); it is a share of the group's step"
                .formatted(deadZone));
      }
    }

    @Override
    public float beta(Hqq config, int index, float scale) {
      // threshold = β^(−1/(2−p)) = d·s   ⇒   β = (d·s)^(−(2−p))
      double start = Math.pow((double) deadZone * scale, config.lpNorm() - 2.0);
      return (float) (start * Math.pow(config.kappa(), index));
    }

    @Override
    public boolean isShared() {
      return false;
    }
  }
}
