package halfstep.lab.baseline;

import halfstep.eval.PairedVariants;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.metric.PairedComparison;
import halfstep.quant.Bits;
import halfstep.quant.QuantMethod;
import halfstep.quant.ZeroPoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Every method at every width on the same text.
 *
 * @param rungs in the order in which they were measured
 */
public record Ladder(List<Rung> rungs) {

  private static final List<String> OURS = List.of("ls", "awq+ls");
  private static final List<String> ANCHORS = List.of("hqq", "awq");

  /** Takes a copy of the list. */
  public Ladder {
    rungs = List.copyOf(rungs);
  }

  /** Least squares, alone and after AWQ's scales, beside HQQ and AWQ at equal effective bits. */
  public List<EqualBits> againstAnchors(long seed) {
    List<EqualBits> all = new ArrayList<>();
    for (Rung rung : rungs) {
      if (OURS.contains(rung.solver().method().label())) {
        for (String anchor : ANCHORS) {
          EqualBits.of(rung, line(anchor, rung.solver().spec().groupSize()), seed)
              .ifPresent(all::add);
        }
      }
    }
    return all;
  }

  private List<Rung> line(String method, int group) {
    return rungs.stream()
        .filter(rung -> rung.solver().method().label().equals(method))
        .filter(rung -> rung.solver().spec().groupSize() == group)
        .toList();
  }

  /** "3 bit HQQ often beats 4 bit rounding", on this text; empty if one of them was left out. */
  public Optional<Verdict> threeBitHqqBeatsFourBitRounding(long seed) {
    Optional<Rung> hqq = find("hqq", Bits.THREE, ZeroPoint.FLOAT);
    Optional<Rung> rounding = find("rtn", Bits.FOUR, ZeroPoint.INTEGER);
    if (hqq.isEmpty() || rounding.isEmpty()) {
      return Optional.empty();
    }
    PairedComparison difference =
        PairedVariants.of(rounding.get().divergence(), hqq.get().divergence(), seed).kl();
    String because =
        String.format(
            Locale.ROOT,
            "KL %.4f of %s, %.4f of %s, %.1f times as much; the difference is %+.4f [%+.4f, %+.4f] over %d windows.",
            hqq.get().kl(),
            hqq.get().solver().label(),
            rounding.get().kl(),
            rounding.get().solver().label(),
            hqq.get().kl() / rounding.get().kl(),
            -difference.meanDifference(),
            -difference.high(),
            -difference.low(),
            difference.n());
    return Optional.of(
        new Verdict(
            "HQQ in 3 bits beats rounding in 4",
            Verdict.ofDifference(difference.low(), difference.high()),
            because));
  }

  private Optional<Rung> find(String method, Bits bits, ZeroPoint zero) {
    return rungs.stream()
        .filter(rung -> {
          Solver solver = rung.solver();
          QuantMethod own = solver.method();
          return own.label().equals(method)
              && solver.spec().bits() == bits
              && solver.spec().zeroPoint() == zero;
        })
        .findFirst();
  }
}
