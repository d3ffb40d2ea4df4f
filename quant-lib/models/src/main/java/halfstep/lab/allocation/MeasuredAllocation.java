package halfstep.lab.allocation;

import halfstep.eval.Divergence;
import halfstep.eval.Interval;
import java.util.Locale;

/**
 * An allocation with what it was predicted to cost and what it cost, on other text than it was
 * chosen on.
 *
 * @param allocation which layer is quantized how
 * @param divergence of the whole model from the unquantized one
 */
public record MeasuredAllocation(Allocation allocation, Divergence divergence) {

  /** Mean KL, in nats. */
  public double kl() {
    return divergence.meanKl();
  }

  /** Its interval of 95 %. */
  public Interval interval() {
    return divergence.kl().interval();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%s: %.3f bits per weight, KL %.4f %s, predicted %.4f",
        allocation.name(),
        allocation.bitsPerWeight(),
        kl(),
        interval(),
        allocation.predicted());
  }
}
