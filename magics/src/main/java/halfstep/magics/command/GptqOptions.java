package halfstep.magics.command;

import halfstep.quant.Gptq;
import picocli.CommandLine.Option;

/** GPTQ's own parameters. */
public final class GptqOptions {

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

  /**
   * What was said.
   *
   * @param symmetric whether zeros stay in the middle
   */
  Gptq config(boolean symmetric) {
    return new Gptq(block, damping, actOrder, staticGroups, symmetric, mse);
  }
}
