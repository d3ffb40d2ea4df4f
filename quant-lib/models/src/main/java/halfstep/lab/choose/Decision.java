package halfstep.lab.choose;

import halfstep.eval.PairedVariants;
import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What to take, and why.
 *
 * <p>The rule: of the candidates that nothing speaks against, the one of least KL; of those that
 * are not measurably worse (their interval of the paired difference includes zero) the smallest,
 * and of equal ones one that needs no data.
 *
 * @param situation what the reader has to live with
 * @param candidates all, in the order in which they were measured
 * @param chosen empty if something speaks against each
 * @param reasons a sentence each, with its number
 */
public record Decision(
    Situation situation,
    List<Candidate> candidates,
    Optional<Candidate> chosen,
    List<String> reasons) {

  private static final double GIB = 1L << 30;

  /** Takes copies. */
  public Decision {
    candidates = List.copyOf(candidates);
    reasons = List.copyOf(reasons);
  }

  /**
   * Decides.
   *
   * @param seed of the bootstrap; the same gives the same decision
   */
  public static Decision of(Situation situation, List<Candidate> candidates, long seed) {
    Optional<Candidate> least = least(candidates, Candidate::possible);
    if (least.isEmpty()) {
      List<String> reasons = new ArrayList<>();
      for (Candidate candidate : candidates) {
        reasons.add(
            "%s is out: %s."
                .formatted(candidate.solver().label(), String.join("; ", candidate.against())));
      }
      return new Decision(situation, candidates, Optional.empty(), reasons);
    }
    Candidate chosen =
        candidates.stream()
            .filter(Candidate::possible)
            .filter(one -> !(difference(one, least.get(), seed).low() > 0))
            .min(
                Comparator.comparingLong((Candidate one) -> one.plan().layers())
                    .thenComparing(Candidate::needsData)
                    .thenComparingDouble(one -> one.rung().kl()))
            .orElse(least.get());
    return new Decision(
        situation, candidates, Optional.of(chosen), reasons(situation, candidates, chosen, seed));
  }

  private static Optional<Candidate> least(List<Candidate> candidates, Predicate<Candidate> which) {
    return candidates.stream()
        .filter(which)
        .min(Comparator.comparingDouble(one -> one.rung().kl()));
  }

  private static PairedComparison difference(Candidate one, Candidate other, long seed) {
    return PairedVariants.of(one.rung().divergence(), other.rung().divergence(), seed).kl();
  }

  private static List<String> reasons(
      Situation situation, List<Candidate> candidates, Candidate chosen, long seed) {
    List<String> reasons = new ArrayList<>();
    if (!chosen.runs().isEmpty()) {
      reasons.add(chosen.runs() + ".");
    }
    reasons.add(
        String.format(
            Locale.ROOT,
            "It takes %.2f of %.2f GiB at its peak and leaves room for %,d sequences of %,d tokens.",
            chosen.plan().peak(true) / GIB,
            situation.vram() / GIB,
            chosen.sequences(),
            situation.serving().context()));
    reasons.add(
        String.format(
            Locale.ROOT,
            "It costs KL %.4f %s.",
            chosen.rung().kl(),
            chosen.rung().divergence().kl().interval()));
    least(candidates, one -> one.possible() && !one.equals(chosen))
        .ifPresent(next -> reasons.add(beside("The next best", next, chosen, seed)));
    if (situation.dataFree()) {
      least(candidates, one -> one.needsData() && sameBits(one, chosen))
          .ifPresent(lost ->
              reasons.add(beside("What keeping the data private costs", lost, chosen, seed)));
    }
    least(candidates, one -> !one.possible() && !one.needsData())
        .ifPresent(out ->
            reasons.add(
                "%s is out: %s."
                    .formatted(out.solver().label(), String.join("; ", out.against()))));
    return reasons;
  }

  private static boolean sameBits(Candidate one, Candidate other) {
    return one.solver().spec().bits() == other.solver().spec().bits();
  }

  private static String beside(String what, Candidate other, Candidate chosen, long seed) {
    PairedComparison difference = difference(other, chosen, seed);
    return String.format(
        Locale.ROOT,
        "%s: %s, KL %.4f, %+.4f [%+.4f, %+.4f] beside it, with %.3f instead of %.3f bits per weight.",
        what,
        other.solver().label(),
        other.rung().kl(),
        difference.meanDifference(),
        difference.low(),
        difference.high(),
        other.rung().bitsPerWeight(),
        chosen.rung().bitsPerWeight());
  }
}
