package halfstep.magics.command;

import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** HQQ's own parameters. */
public final class SolverOptions {

  @Option(
      names = "--solver",
      paramLabel = "VARIANT",
      converter = Converters.OfVariant.class,
      completionCandidates = Converters.VariantWords.class,
      description =
          "hqq: the library's variant, ${COMPLETION-CANDIDATES}, which the other options change."
              + " Default legacy, its release.")
  private @Nullable Hqq variant;

  @Option(
      names = "--lp-norm",
      paramLabel = "P",
      description = "hqq: exponent of the residual's norm, above 0, at most 1. Default 0.7.")
  private @Nullable Float lpNorm;

  @Option(
      names = "--beta",
      paramLabel = "BETA",
      converter = Converters.OfBeta.class,
      completionCandidates = Converters.BetaWords.class,
      description =
          "hqq: weight of the quadratic coupling, above 0; or auto (ours): for each group so that"
              + " residuals up to a quarter of its step shrink to 0. Default 10.")
  private @Nullable BetaWord beta;

  @Option(
      names = "--kappa",
      paramLabel = "KAPPA",
      description = "hqq: growth of beta with each half-step, at least 1. Default 1: beta stays.")
  private @Nullable Float kappa;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "hqq: most half-steps, at least 1. Default 20.")
  private @Nullable Integer iterations;

  @Option(
      names = "--early-stop",
      paramLabel = "RULE",
      converter = Converters.OfEarlyStop.class,
      completionCandidates = Converters.EarlyStopWords.class,
      description =
          "hqq: when the error no longer falls: ${COMPLETION-CANDIDATES}. Default keep-last, as hqq does.")
  private @Nullable EarlyStop earlyStop;

  @Option(
      names = "--zero",
      paramLabel = "KIND",
      converter = Converters.OfZero.class,
      completionCandidates = Converters.ZeroWords.class,
      description =
          "What a zero may be: ${COMPLETION-CANDIDATES}. Default: the method's own. hqq with integer"
              + " (ours) rounds it inside the loop, so that AWQ's and GPTQ's formats hold the result.")
  private @Nullable ZeroPoint zero;

  @Option(
      names = "--per-group-stop",
      description = "hqq (ours): a group whose error would not fall stays where it is.")
  private boolean eachStops;

  @Option(
      names = "--scale-search",
      description = "hqq: first the best of 129 scales for each group, as its scale_gridsearch.")
  private boolean searched;

  @Option(
      names = "--as-hqq-cuda",
      description =
          "hqq: in half precision, as hqq computes on CUDA. Default: float32, as elsewhere.")
  private boolean half;

  /** What was said, to be applied to a solver. */
  public HqqChanges changes() {
    return new HqqChanges(
        variant, lpNorm, beta, kappa, iterations, earlyStop, zero, eachStops, searched, half);
  }

  /** What zeros must be, if anything was said. */
  Optional<ZeroPoint> zero() {
    return Optional.ofNullable(zero);
  }

  /** The solver that was asked for. */
  Hqq config() {
    return changes().applyTo(Hqq.DEFAULT);
  }

  /** The specification that fits it. */
  QuantSpec spec(GridOptions grid) {
    QuantSpec fitted = config().fitted(grid.spec());
    return zero().map(fitted::with).orElse(fitted);
  }
}
