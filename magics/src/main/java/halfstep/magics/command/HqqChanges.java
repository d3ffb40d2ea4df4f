package halfstep.magics.command;

import halfstep.quant.BetaRule;
import halfstep.quant.EarlyStop;
import halfstep.quant.GroupStop;
import halfstep.quant.HqqArithmetic;
import halfstep.quant.HqqOptions;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.ScaleStart;
import halfstep.quant.ZeroPoint;
import halfstep.quant.ZeroRule;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * HQQ's parameters as far as a line names them; the rest stays as it was.
 *
 * @param variant one of hqq's solvers, from which the others are counted
 * @param beta a number, or one for each group
 * @param zero integer zeros are solved for inside the loop
 * @param eachStops whether groups stop by themselves; false changes nothing
 * @param searched whether scales are searched first; false changes nothing
 * @param half whether the walk is in half precision; false changes nothing
 */
public record HqqChanges(
    @Nullable Hqq variant,
    @Nullable Float lpNorm,
    @Nullable BetaWord beta,
    @Nullable Float kappa,
    @Nullable Integer iterations,
    @Nullable EarlyStop earlyStop,
    @Nullable ZeroPoint zero,
    boolean eachStops,
    boolean searched,
    boolean half) {

  /**
   * The parameters that follow.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public Hqq applyTo(Hqq before) {
    Hqq from = variant == null ? before : variant.with(before.options());
    return new Hqq(
        Optional.ofNullable(lpNorm).orElse(from.lpNorm()),
        beta == null ? from.beta() : beta.number().orElse(from.beta()),
        Optional.ofNullable(kappa).orElse(from.kappa()),
        Optional.ofNullable(iterations).orElse(from.iterations()),
        Optional.ofNullable(earlyStop).orElse(from.earlyStop()),
        options(from.options()));
  }

  private HqqOptions options(HqqOptions before) {
    BetaRule rule = beta == null ? before.beta() : beta.rule();
    ZeroRule zeros =
        zero == null ? before.zeros() : zero == ZeroPoint.INTEGER ? ZeroRule.WHOLE : ZeroRule.FREE;
    return new HqqOptions(
        rule,
        zeros,
        eachStops ? GroupStop.EACH : before.groups(),
        searched ? ScaleStart.SEARCHED : before.scales(),
        half ? HqqArithmetic.HALF : before.arithmetic());
  }
}
