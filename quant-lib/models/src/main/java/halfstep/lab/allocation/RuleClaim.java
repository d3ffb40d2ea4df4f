package halfstep.lab.allocation;

import halfstep.eval.PairedVariants;
import halfstep.lab.Verdict;
import halfstep.metric.PairedComparison;
import java.util.Locale;

/**
 * "64 for the MLP, 128 for the attention": whether a rule of thumb is the way to spend its bytes,
 * beside the best allocation that takes no more of them.
 */
public final class RuleClaim {

  private RuleClaim() {}

  /**
   * The claim at one width.
   *
   * @param rule the rule of thumb, measured
   * @param best the best allocation within the rule's bytes, on the same text
   * @param seed of the bootstrap
   * @throws IllegalArgumentException if they were measured on unlike texts
   */
  public static Verdict test(MeasuredAllocation rule, MeasuredAllocation best, long seed) {
    PairedComparison saved = PairedVariants.of(best.divergence(), rule.divergence(), seed).kl();
    String because =
        String.format(
            Locale.ROOT,
            "%s costs KL %.4f with %.3f bits per weight; the best allocation of at most that costs %.4f with %.3f: %+.4f [%+.4f, %+.4f] over %d windows.",
            rule.allocation().name(),
            rule.kl(),
            rule.allocation().bitsPerWeight(),
            best.kl(),
            best.allocation().bitsPerWeight(),
            saved.meanDifference(),
            saved.low(),
            saved.high(),
            saved.n());
    return new Verdict(
        "64 for the MLP, 128 for the attention",
        Verdict.ofDifference(saved.low(), saved.high()),
        because);
  }
}
