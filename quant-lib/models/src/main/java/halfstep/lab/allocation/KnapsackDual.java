package halfstep.lab.allocation;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The Lagrangian side of the multiple-choice knapsack:
 *
 * <pre>max over λ ≥ 0 of  Σ_i min_c (loss_ic + λ · bytes_ic) − λ · budget</pre>
 *
 * <p>Its maximum lies where the lower convex hulls of the items, taken steepest slope first, run
 * over the budget (P. Sinha and A. Zoltners 1979). Stopping there gives a feasible solution, too.
 */
final class KnapsackDual {

  /** A step down an item's hull. */
  private record Step(int item, int to, long bytes, double saved) {
    double slope() {
      return saved / bytes;
    }
  }

  private final List<List<KnapsackChoice>> items;
  private final long budget;
  private final int[] picks;
  private final double multiplier;

  KnapsackDual(List<List<KnapsackChoice>> items, long budget) {
    this.items = items;
    this.budget = budget;
    this.picks = new int[items.size()];
    this.multiplier = descend(steps());
  }

  /** Steepest first; those of one item in their order, since slopes of a hull only fall. */
  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int i = 0; i < items.size(); i++) {
      List<Integer> hull = hull(items.get(i));
      picks[i] = hull.getFirst();
      for (int h = 1; h < hull.size(); h++) {
        KnapsackChoice from = items.get(i).get(hull.get(h - 1));
        KnapsackChoice to = items.get(i).get(hull.get(h));
        steps.add(new Step(i, hull.get(h), to.bytes() - from.bytes(), from.loss() - to.loss()));
      }
    }
    steps.sort(Comparator.comparingDouble(Step::slope).reversed());
    return steps;
  }

  /** Takes steps while they fit; the slope of the first that does not is the multiplier. */
  private double descend(List<Step> steps) {
    long left = budget - Knapsack.bytes(items, picks);
    boolean[] stopped = new boolean[items.size()];
    double first = 0;
    for (Step step : steps) {
      if (!stopped[step.item()] && step.bytes() <= left) {
        picks[step.item()] = step.to();
        left -= step.bytes();
      } else if (!stopped[step.item()]) {
        stopped[step.item()] = true;
        first = first == 0 ? step.slope() : first;
      }
    }
    return first;
  }

  /** Indices of the choices on the lower convex hull, cheapest first, losses falling. */
  private static List<Integer> hull(List<KnapsackChoice> choices) {
    Integer[] order = new Integer[choices.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.comparingLong((Integer i) -> choices.get(i).bytes())
            .thenComparingDouble(i -> choices.get(i).loss()));
    List<Integer> hull = new ArrayList<>();
    for (int next : order) {
      KnapsackChoice choice = choices.get(next);
      if (!hull.isEmpty() && choice.loss() >= choices.get(hull.getLast()).loss()) {
        continue;
      }
      while (hull.size() > 1
          && slope(choices, hull.get(hull.size() - 2), hull.getLast())
              <= slope(choices, hull.getLast(), next)) {
        hull.removeLast();
      }
      hull.add(next);
    }
    return hull;
  }

  private static double slope(List<KnapsackChoice> choices, int from, int to) {
    KnapsackChoice a = choices.get(from);
    KnapsackChoice b = choices.get(to);
    return (a.loss() - b.loss()) / (b.bytes() - a.bytes());
  }

  /** λ. */
  double multiplier() {
    return multiplier;
  }

  /** The picks where the hulls ran over the budget, and what still fitted after; not modified. */
  int[] picks() {
    return picks.clone();
  }

  /** min over an item's choices of {@code loss + λ · bytes}. */
  double reduced(int item) {
    double least = Double.POSITIVE_INFINITY;
    for (KnapsackChoice choice : items.get(item)) {
      least = Math.min(least, choice.loss() + multiplier * choice.bytes());
    }
    return least;
  }

  /** The dual value. */
  double bound() {
    double sum = 0;
    for (int i = 0; i < items.size(); i++) {
      sum += reduced(i);
    }
    return sum - multiplier * budget;
  }
}
