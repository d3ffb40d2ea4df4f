package halfstep.lab.allocation;

import halfstep.lab.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a budget buys: every allocation that was measured, and the best ones with their
 * certificates.
 *
 * @param menu what each layer costs in each way
 * @param best one per budget
 * @param measured uniform ones, rules of thumb, then the best
 */
public record Allocations(Menu menu, List<Menu.Best> best, List<MeasuredAllocation> measured) {

  /** Takes copies. */
  public Allocations {
    best = List.copyOf(best);
    measured = List.copyOf(measured);
  }

  /** The rule of thumb beside the best allocation within its bytes, at every width there is. */
  public List<Verdict> ruleVerdicts(long seed) {
    List<Verdict> verdicts = new ArrayList<>();
    List<Allocation> rules = menu.rules();
    for (MeasuredAllocation rule : measured) {
      if (rules.contains(rule.allocation())) {
        within(rule.allocation().bytes())
            .ifPresent(found -> verdicts.add(RuleClaim.test(rule, found, seed)));
      }
    }
    return verdicts;
  }

  /** The best allocation that was found for exactly this budget. */
  private Optional<MeasuredAllocation> within(long budget) {
    return best.stream()
        .filter(one -> one.budget() == budget)
        .flatMap(one -> measured.stream().filter(row -> row.allocation().equals(one.allocation())))
        .findFirst();
  }
}
