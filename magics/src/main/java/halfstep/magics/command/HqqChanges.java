package halfstep.magics.command;

import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** HQQ's parameters as far as a line names them; the rest stays as it was. */
public final class HqqChanges {

  private final @Nullable Float lpNorm;
  private final @Nullable Float beta;
  private final @Nullable Float kappa;
  private final @Nullable Integer iterations;
  private final @Nullable EarlyStop earlyStop;

  HqqChanges(
      @Nullable Float lpNorm,
      @Nullable Float beta,
      @Nullable Float kappa,
      @Nullable Integer iterations,
      @Nullable EarlyStop earlyStop) {
    this.lpNorm = lpNorm;
    this.beta = beta;
    this.kappa = kappa;
    this.iterations = iterations;
    this.earlyStop = earlyStop;
  }

  /**
   * The parameters that follow.
   *
   * @throws IllegalArgumentException if one is outside its range
   */
  public Hqq applyTo(Hqq before) {
    return new Hqq(
        Optional.ofNullable(lpNorm).orElse(before.lpNorm()),
        Optional.ofNullable(beta).orElse(before.beta()),
        Optional.ofNullable(kappa).orElse(before.kappa()),
        Optional.ofNullable(iterations).orElse(before.iterations()),
        Optional.ofNullable(earlyStop).orElse(before.earlyStop()),
        before.options());
  }
}
