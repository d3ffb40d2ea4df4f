package halfstep.magics.command;

import halfstep.quant.QuantSpec;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What {@code %bench} and {@code %%bench} measure. */
public sealed interface BenchRequest extends Request {

  /**
   * {@code %bench LAYERS}.
   *
   * @param layers a role, a glob, names with commas, or {@code all}
   * @param beside the method to pair the others with, layer by layer
   */
  record Layers(
      String layers,
      Grid grid,
      Optional<MethodWord> beside,
      Calibration calibration,
      Optional<String> as)
      implements BenchRequest {}

  /**
   * {@code %bench model}.
   *
   * @param text the file to evaluate on; the project's own when empty
   */
  record Model(Grid grid, Calibration calibration, Optional<String> text, Optional<String> as)
      implements BenchRequest {}

  /**
   * {@code %bench matvec}.
   *
   * @param size rows and columns of the weights
   * @param specs what they are rounded to
   * @param rows numbers of rows of input
   * @param seconds how long to measure each product at least
   */
  record Matvec(
      int size, List<QuantSpec> specs, List<Integer> rows, double seconds, Optional<String> as)
      implements BenchRequest {}

  /**
   * {@code %%bench}.
   *
   * @param body Java, to be run again and again
   * @param seconds how long to measure at least
   * @param bytes what one run moves, for a rate
   */
  record Cell(String body, double seconds, OptionalLong bytes, Optional<String> as)
      implements BenchRequest {}
}
