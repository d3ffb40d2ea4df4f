package halfstep.magics.command;

import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.ZeroPoint;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The parameters of every method. A method looks at its own and lets the others be. */
public final class MethodOptions {

  @Mixin private final SolverOptions solver = new SolverOptions();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "20",
      description = "ls, wls: rounds per start, at least 1. Default 20.")
  private int rounds = 20;

  @Option(
      names = "--x-only",
      description = "awq: scales from activations alone, as llm-awq; default: duo scaling.")
  private boolean activationsAlone;

  @Option(
      names = "--grid",
      paramLabel = "N",
      defaultValue = "20",
      description = "awq: number of ratios to try. Default 20.")
  private int points = 20;

  @Option(names = "--no-clip", description = "awq: leave out the search for clip limits.")
  private boolean unclipped;

  @Option(
      names = "--as-autoawq",
      description =
          "awq: everything as AutoAWQ does it: no plain rounding among the candidates, a mixture's"
              + " router left out of the folding, the last rounding in half precision.")
  private boolean asAutoAwq;

  @Mixin private final GptqOptions gptq = new GptqOptions();

  /** What was said. */
  public MethodSettings settings() {
    boolean symmetric = solver.zero().filter(zero -> zero == ZeroPoint.SYMMETRIC).isPresent();
    return new MethodSettings(
        solver.changes().applyTo(Hqq.DEFAULT),
        rounds,
        new Awq(points, !activationsAlone, !unclipped, asAutoAwq),
        gptq.config(symmetric),
        solver.zero());
  }
}
