package halfstep.magics.command;

import halfstep.quant.Gptq;
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

  @Option(
      names = "--damping",
      paramLabel = "SHARE",
      defaultValue = "0.01",
      description = "gptq: added to the diagonal, as a share of its mean. Default 0.01.")
  private double damping = 0.01;

  @Option(
      names = "--block",
      paramLabel = "N",
      defaultValue = "128",
      description = "gptq: columns solved before the rest is updated. Default 128.")
  private int block = 128;

  @Option(names = "--act-order", description = "gptq: the most strongly driven columns first.")
  private boolean actOrder;

  @Option(
      names = "--static-groups",
      description = "gptq: all grids from the original weights, so that groups stay in place.")
  private boolean staticGroups;

  @Option(names = "--mse", description = "gptq: the best of 80 shrunken grids for each group.")
  private boolean mse;

  /** What was said. */
  public MethodSettings settings() {
    boolean symmetric = solver.zero().filter(zero -> zero == ZeroPoint.SYMMETRIC).isPresent();
    return new MethodSettings(
        solver.changes().applyTo(Hqq.DEFAULT),
        rounds,
        new Awq(points, !activationsAlone, !unclipped, asAutoAwq),
        new Gptq(block, damping, actOrder, staticGroups, symmetric, mse),
        solver.zero());
  }
}
