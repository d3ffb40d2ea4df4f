package halfstep.magics.command;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code %plant}. */
@Command(
    name = "plant",
    description =
        "Make channels of the loaded model salient without changing its function: the inverse of"
            + " AWQ's transform.",
    footer = {"%plant --sigma 0.5 --seed 1", "%plant --sigma 0.5 --seed 1 --undo"})
final class PlantLine implements Line {

  @Option(
      names = "--sigma",
      paramLabel = "X",
      description = "Spread of the planted scales (of their logarithm). Default 0.5.")
  private double sigma = 0.5;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "The same seed plants the same. Default 1.")
  private long seed = 1;

  @Option(
      names = "--undo",
      description = "Take a planting of this sigma and seed back: the same weights as before.")
  private boolean undo;

  @Mixin private final ResultOptions result = new ResultOptions();

  @Override
  public Request request() {
    return new Request.Plant(sigma, seed, undo, result.as());
  }
}
