package halfstep.magics.command;

import java.util.List;
import java.util.Optional;

/**
 * {@code %lab shift}.
 *
 * @param grid calibrated methods at widths
 * @param home file of the domain at share 0
 * @param away file of the domain at share 1
 * @param shares of the away domain among the calibration windows
 * @param tokens calibration tokens in all
 * @param measure tokens of each domain to evaluate on, at most
 * @param ctx tokens of a window
 */
public record LabShift(
    Request.Grid grid,
    String home,
    String away,
    List<Double> shares,
    int tokens,
    int measure,
    int ctx,
    Optional<String> as)
    implements Request.Lab {

  /** Takes a copy of the list. */
  public LabShift {
    shares = List.copyOf(shares);
  }
}
