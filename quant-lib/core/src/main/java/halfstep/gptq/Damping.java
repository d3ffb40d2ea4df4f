package halfstep.gptq;

import java.util.List;
import java.util.Locale;

/**
 * What had to be added to the Hessian's diagonal before it could be inverted.
 *
 * @param asked share of the diagonal's mean that was asked for
 * @param used the share that made the Hessian positive definite; larger than asked if that failed
 * @param failures the shares that did not
 */
public record Damping(double asked, double used, List<Failure> failures) {

  /** The largest share tried. */
  public static final double MOST = 1;

  private static final double LEAST_RAISED = 0.01;

  /**
   * A share that was too small.
   *
   * @param damping the share
   * @param channel the input channel at which the factorisation met a pivot that is not positive
   */
  public record Failure(double damping, int channel) {}

  /** Copies the list. */
  public Damping {
    failures = List.copyOf(failures);
  }

  /** Whether more was needed than was asked for. */
  public boolean isRaised() {
    return !failures.isEmpty();
  }

  /** The next share to try after one that failed. */
  static double raised(double failed) {
    return Math.min(MOST, Math.max(LEAST_RAISED, 10 * failed));
  }

  /** One sentence for the reader. */
  @Override
  public String toString() {
    if (!isRaised()) {
      return String.format(Locale.ROOT, "damping %s", asked);
    }
    return String.format(
        Locale.ROOT,
        "the Hessian is not positive definite with damping %s (pivot of channel %d), so damping was"
            + " raised to %s; calibrate with more text, or ask for more damping",
        asked,
        failures.getFirst().channel(),
        used);
  }
}
