package halfstep.lab.lora;

import halfstep.lab.Verdict;
import halfstep.lab.Verdict.Outcome;
import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What is often said of fine-tuning on quantized bases, tested on the runs of a study. */
public final class LoraClaims {

  private LoraClaims() {}

  /** The claims, base by base, in the study's order. */
  public static List<Verdict> test(LoraStudy study) {
    List<Verdict> verdicts = new ArrayList<>();
    for (LoraRow row : study.rows().subList(1, study.rows().size())) {
      verdicts.add(instability(row));
      verdicts.add(negated(row));
    }
    return verdicts;
  }

  /** It holds if the norm jumps more from step to step than on the original, or is no number. */
  private static Verdict instability(LoraRow row) {
    String claim = "fine-tuning on %s has unstable gradients".formatted(row.base());
    Stability stability = row.stability();
    Optional<PairedComparison> rougher = stability.rougher();
    if (rougher.isEmpty()) {
      return new Verdict(
          claim,
          Outcome.HOLDS,
          "%d of %d steps have no finite loss or gradient"
              .formatted(stability.notFinite(), row.steps().size()));
    }
    PairedComparison jumps = rougher.get();
    return new Verdict(
        claim,
        jumps.low() > 0 ? Outcome.HOLDS : Outcome.FAILS,
        String.format(
            Locale.ROOT,
            "from step to step the norm changes by %+.1f %% [%+.1f, %+.1f] more than on the original, no step is NaN, and it is %.2f [%.2f, %.2f] times as large",
            100 * jumps.meanDifference(),
            100 * jumps.low(),
            100 * jumps.high(),
            stability.ratio(),
            stability.low(),
            stability.high()));
  }

  /** It holds if the fine-tuned base is no better than the original that was never fine-tuned. */
  private static Verdict negated(LoraRow row) {
    PairedComparison beside = row.beside();
    return new Verdict(
        "quantizing to %s negates the gains".formatted(row.base()),
        Verdict.ofDifference(beside.low(), beside.high()),
        String.format(
            Locale.ROOT,
            "held-out loss %+.3f [%+.3f, %+.3f] nats beside the original before fine-tuning; %s of the original's gain is kept%s",
            beside.meanDifference(),
            beside.low(),
            beside.high(),
            row.kept(),
            row.keptRequantized()
                .map(again -> ", %s after merging and quantizing again".formatted(again))
                .orElse("")));
  }
}
