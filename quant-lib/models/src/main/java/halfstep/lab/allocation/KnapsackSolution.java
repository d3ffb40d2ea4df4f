package halfstep.lab.allocation;

import java.util.List;
import java.util.Locale;

/**
 * One choice per item within a budget.
 *
 * @param picks index of the choice of each item
 * @param bytes of all picks, at most the budget
 * @param loss of all picks
 * @param bound no solution within the budget has less: the best Lagrangian (dual) value
 * @param multiplier loss that a further byte saves at that value: the price of a byte
 * @param exact whether no solution is better; if not, none is better by more than {@link #gap}
 */
public record KnapsackSolution(
    List<Integer> picks, long bytes, double loss, double bound, double multiplier, boolean exact) {

  /** Takes a copy of the list. */
  public KnapsackSolution {
    picks = List.copyOf(picks);
  }

  /** The duality gap: how far the loss is from the bound. */
  public double gap() {
    return Math.max(0, loss - bound);
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "loss %.5f in %d bytes, %s; Lagrangian bound %.5f, duality gap %.2e",
        loss,
        bytes,
        exact ? "the least possible" : "the least found",
        bound,
        gap());
  }
}
