package halfstep.lab.shift;

import halfstep.lab.Solver;
import java.util.List;

/**
 * What a study of calibration shift compares.
 *
 * @param calibrated methods that look at activations, with the grids they are used with
 * @param dataFree methods that do not; the first is the baseline: rounding with the zeros of the
 *     calibrated ones
 * @param shares of the away domain among the calibration windows, ascending, each 0 to 1
 * @param calibrationWindows windows in all
 * @param evaluationWindows windows per domain
 * @param top share of the channels that counts as strongest
 */
public record ShiftSettings(
    List<Solver> calibrated,
    List<Solver> dataFree,
    List<Double> shares,
    int calibrationWindows,
    int evaluationWindows,
    double top) {

  /** Takes copies, and refuses what cannot be compared. */
  public ShiftSettings {
    calibrated = List.copyOf(calibrated);
    dataFree = List.copyOf(dataFree);
    shares = shares.stream().sorted().distinct().toList();
    if (dataFree.isEmpty()) {
      throw new IllegalArgumentException("there is no baseline; the first data-free method is");
    }
    if (shares.stream().anyMatch(share -> !(share >= 0 && share <= 1))) {
      throw new IllegalArgumentException("shares %s: each from 0 to 1".formatted(shares));
    }
    if (calibrationWindows < 1 || evaluationWindows < 2) {
      throw new IllegalArgumentException(
          "%d calibration windows and %d evaluation windows; at least 1 and 2"
              .formatted(calibrationWindows, evaluationWindows));
    }
  }
}
