package halfstep.lab.shift;

import halfstep.eval.PairedVariants;
import halfstep.lab.Solver;
import halfstep.lab.Verdict;
import halfstep.lab.Verdict.Outcome;
import halfstep.metric.PairedComparison;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Calibrated methods under mixtures of two domains, each mixture on both.
 *
 * @param settings what was compared
 * @param home name of the domain at share 0
 * @param away name of the domain at share 1
 * @param rows data-free methods, the baseline first, then each calibrated method by share
 * @param salience one per share
 */
public record CalibrationShift(
    ShiftSettings settings,
    String home,
    String away,
    List<ShiftRow> rows,
    List<ShiftSalience> salience) {

  private static final double NEITHER = 1e-9;

  /** Takes copies. */
  public CalibrationShift {
    rows = List.copyOf(rows);
    salience = List.copyOf(salience);
  }

  /** Rounding without calibration. */
  public ShiftRow baseline() {
    return rows.getFirst();
  }

  /** The rows of one calibrated method, by share. */
  public List<ShiftRow> of(Solver solver) {
    return rows.stream()
        .filter(row -> row.share().isPresent() && row.solver().equals(solver))
        .toList();
  }

  /**
   * The smallest share of the away domain that brings it below rounding, decided by its interval;
   * empty if none of those tried does.
   */
  public OptionalDouble smallestShare(Solver solver, long seed) {
    for (ShiftRow row : of(solver)) {
      if (fromBaseline(row, ShiftRow::away, seed).high() < 0) {
        return row.share();
      }
    }
    return OptionalDouble.empty();
  }

  /** KL of a row less that of rounding, window by window, on one domain. */
  public PairedComparison fromBaseline(
      ShiftRow row, Function<ShiftRow, ShiftCell> domain, long seed) {
    return difference(domain.apply(row), domain.apply(baseline()), seed);
  }

  /** What is said of calibration, put to the figures; needs shares 0, 1 and one in between. */
  public List<Verdict> verdicts(long seed) {
    List<Verdict> verdicts = new ArrayList<>();
    for (Solver solver : settings.calibrated()) {
      List<ShiftRow> own = of(solver);
      if (own.size() > 1) {
        verdicts.add(wrongDomain(solver, own, seed));
        verdicts.add(textMatters(solver, own, seed));
        verdicts.add(mixture(solver, own, seed));
      }
    }
    return verdicts;
  }

  private Verdict wrongDomain(Solver solver, List<ShiftRow> own, long seed) {
    PairedComparison worse = fromBaseline(own.getFirst(), ShiftRow::away, seed);
    String claim =
        "%s calibrated on %s is worse than rounding on %s".formatted(solver.label(), home, away);
    return new Verdict(
        claim,
        Verdict.ofDifference(worse.low(), worse.high()),
        figures(own.getFirst().away(), baseline().away(), worse));
  }

  private Verdict textMatters(Solver solver, List<ShiftRow> own, long seed) {
    ShiftRow foreign = own.getFirst();
    ShiftRow fitting = own.getLast();
    PairedComparison gain = difference(foreign.away(), fitting.away(), seed);
    String claim =
        "%s calibrated on %s is better on %s than calibrated on %s"
            .formatted(solver.label(), away, away, home);
    return new Verdict(
        claim,
        Verdict.ofDifference(gain.low(), gain.high()),
        figures(foreign.away(), fitting.away(), gain));
  }

  /** The share nearest to one half, beside rounding on both domains. */
  private Verdict mixture(Solver solver, List<ShiftRow> own, long seed) {
    ShiftRow middle = own.getFirst();
    for (ShiftRow row : own) {
      double nearer = Math.abs(row.share().orElse(2) - 0.5);
      middle = nearer < Math.abs(middle.share().orElse(2) - 0.5) - NEITHER ? row : middle;
    }
    PairedComparison atHome = fromBaseline(middle, ShiftRow::home, seed);
    PairedComparison atAway = fromBaseline(middle, ShiftRow::away, seed);
    boolean both = atHome.high() < 0 && atAway.high() < 0;
    boolean worse = atHome.low() > 0 || atAway.low() > 0;
    String claim =
        String.format(
            Locale.ROOT,
            "%s calibrated on %.0f %% %s is better than rounding on both",
            solver.label(),
            100 * middle.share().orElse(Double.NaN),
            away);
    return new Verdict(
        claim,
        both ? Outcome.HOLDS : worse ? Outcome.FAILS : Outcome.UNDECIDED,
        "%s: %s %s: %s"
            .formatted(
                home,
                figures(middle.home(), baseline().home(), atHome),
                away,
                figures(middle.away(), baseline().away(), atAway)));
  }

  private static PairedComparison difference(ShiftCell one, ShiftCell other, long seed) {
    return PairedVariants.of(one.divergence(), other.divergence(), seed).kl();
  }

  private static String figures(ShiftCell one, ShiftCell other, PairedComparison difference) {
    return String.format(
        Locale.ROOT,
        "KL %.4f beside %.4f, %+.4f [%+.4f, %+.4f] over %d windows.",
        one.kl(),
        other.kl(),
        difference.meanDifference(),
        difference.low(),
        difference.high(),
        difference.n());
  }
}
