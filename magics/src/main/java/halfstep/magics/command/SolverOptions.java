package halfstep.magics.command;

import halfstep.quant.EarlyStop;
import halfstep.quant.QuantMethod.Hqq;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** HQQ's own parameters. */
public final class SolverOptions {

  @Option(
      names = "--lp-norm",
      paramLabel = "P",
      description = "Exponent of the residual's norm, above 0, at most 1. Default 0.7.")
  private @Nullable Float lpNorm;

  @Option(
      names = "--beta",
      paramLabel = "BETA",
      description = "Weight of the quadratic coupling, above 0. Default 10.")
  private @Nullable Float beta;

  @Option(
      names = "--kappa",
      paramLabel = "KAPPA",
      description = "Growth of beta with each half-step, at least 1. Default 1: beta stays.")
  private @Nullable Float kappa;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      description = "Most half-steps, at least 1. Default 20.")
  private @Nullable Integer iterations;

  @Option(
      names = "--early-stop",
      paramLabel = "RULE",
      converter = Converters.OfEarlyStop.class,
      completionCandidates = Converters.EarlyStopWords.class,
      description =
          "When the error no longer falls: ${COMPLETION-CANDIDATES}. Default keep-last, as hqq does.")
  private @Nullable EarlyStop earlyStop;

  /** What was said, to be applied to a solver. */
  public HqqChanges changes() {
    return new HqqChanges(lpNorm, beta, kappa, iterations, earlyStop);
  }

  Hqq config() {
    return changes().applyTo(Hqq.DEFAULT);
  }
}
