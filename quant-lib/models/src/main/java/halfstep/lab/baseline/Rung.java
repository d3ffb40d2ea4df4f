package halfstep.lab.baseline;

import halfstep.eval.Divergence;
import halfstep.lab.Solver;
import java.util.Locale;

/**
 * A whole model quantized in one way.
 *
 * @param solver method, bits and groups
 * @param bitsPerWeight over the quantized layers, with scales, zeros and padding
 * @param divergence from the unquantized model
 */
public record Rung(Solver solver, double bitsPerWeight, Divergence divergence) {

  /** Mean KL, in nats. */
  public double kl() {
    return divergence.meanKl();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %.3f bits per weight, KL %.4f %s",
        solver.label(),
        bitsPerWeight,
        kl(),
        divergence.kl().interval());
  }
}
