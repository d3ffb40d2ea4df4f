package halfstep.lab.shift;

import halfstep.eval.Divergence;
import halfstep.text.Overlap;
import java.util.List;

/**
 * One variant on one domain.
 *
 * @param domain its name
 * @param divergence from the unquantized model
 * @param outputErrors ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ of each layer on the domain's own inputs, in the model's
 *     order; layers that no token reached are left out
 * @param overlap how much of the evaluated text the calibration had; nothing for data-free methods
 */
public record ShiftCell(
    String domain, Divergence divergence, List<Double> outputErrors, Overlap overlap) {

  /** Takes a copy of the list. */
  public ShiftCell {
    outputErrors = List.copyOf(outputErrors);
  }

  /** Mean KL, in nats. */
  public double kl() {
    return divergence.meanKl();
  }

  /** Mean of the layers' output errors. */
  public double meanOutputError() {
    return outputErrors.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
