package halfstep.lab.allocation;

import halfstep.tensor.Parallel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The multiple-choice knapsack: one choice per item, least loss within a budget of bytes.
 *
 * <p>Exact, by the list of undominated (bytes, loss) pairs item by item (G. Nemhauser and Z.
 * Ullmann 1969), cut by the Lagrangian bound of the items to come: a state whose loss with the
 * bound of the rest exceeds a known solution is dropped. If the list grows beyond {@value
 * #MOST_STATES} states, the known solution is returned with its duality gap.
 */
public final class Knapsack {

  private static final int MOST_STATES = 4_000_000;

  /** Sums are of doubles in one order; a bound is trusted to this share. */
  private static final double ROUNDING = 1e-12;

  private final List<List<KnapsackChoice>> items;
  private final long budget;
  private final KnapsackDual dual;
  private final long[] leastAfter;
  private final double[] reducedAfter;

  private Knapsack(List<List<KnapsackChoice>> items, long budget) {
    this.items = items.stream().map(List::copyOf).toList();
    this.budget = budget;
    int n = items.size();
    this.leastAfter = new long[n + 1];
    for (int i = n - 1; i >= 0; i--) {
      leastAfter[i] =
          leastAfter[i + 1]
              + this.items.get(i).stream()
                  .mapToLong(KnapsackChoice::bytes)
                  .min()
                  .orElseThrow(() -> new IllegalArgumentException("an item has no choice"));
    }
    if (leastAfter[0] > budget) {
      throw new IllegalArgumentException(
          "the cheapest choices take %d bytes, more than the %d allowed; allow more, or offer fewer bits"
              .formatted(leastAfter[0], budget));
    }
    this.dual = new KnapsackDual(this.items, budget);
    this.reducedAfter = new double[n + 1];
    for (int i = n - 1; i >= 0; i--) {
      reducedAfter[i] = reducedAfter[i + 1] + dual.reduced(i);
    }
  }

  /**
   * Solves.
   *
   * @param items choices of each item, at least one; not modified
   * @param budget bytes, at least what the cheapest choices take
   * @throws IllegalArgumentException with the numbers, if nothing fits
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public static KnapsackSolution solve(List<List<KnapsackChoice>> items, long budget) {
    return new Knapsack(items, budget).solve();
  }

  private KnapsackSolution solve() {
    int[] known = dual.picks();
    double limit = loss(known);
    double slack = ROUNDING * (1 + Math.abs(limit));
    List<KnapsackFrontier> levels = new ArrayList<>();
    KnapsackFrontier level = KnapsackFrontier.start();
    long states = 0;
    for (int i = 0; i < items.size(); i++) {
      Parallel.checkInterrupt("the allocation");
      int after = i + 1;
      KnapsackFrontier next = null;
      for (int c = 0; c < items.get(i).size(); c++) {
        KnapsackFrontier more =
            level.plus(
                c, items.get(i).get(c), (bytes, loss) -> hope(after, bytes, loss, limit + slack));
        next = next == null ? more : next.merged(more);
      }
      if (next == null) {
        throw new IllegalStateException("an item has no choice");
      }
      level = next;
      levels.add(level);
      states += level.size();
      if (states > MOST_STATES) {
        return solution(known, false);
      }
    }
    int[] best = level.size() == 0 ? known : back(levels);
    return solution(loss(best) <= limit ? best : known, true);
  }

  private boolean hope(int after, long bytes, double loss, double limit) {
    double bound = loss + reducedAfter[after] - dual.multiplier() * (budget - bytes);
    return bytes + leastAfter[after] <= budget && bound <= limit;
  }

  /** The picks that led to the last state: the one that takes most and loses least. */
  private int[] back(List<KnapsackFrontier> levels) {
    int[] picks = new int[items.size()];
    int at = levels.getLast().size() - 1;
    for (int i = items.size() - 1; i >= 0; i--) {
      picks[i] = levels.get(i).choice(at);
      at = levels.get(i).parent(at);
    }
    return picks;
  }

  private KnapsackSolution solution(int[] picks, boolean exact) {
    return new KnapsackSolution(
        Arrays.stream(picks).boxed().toList(),
        bytes(items, picks),
        loss(picks),
        dual.bound(),
        dual.multiplier(),
        exact);
  }

  private double loss(int[] picks) {
    double sum = 0;
    for (int i = 0; i < picks.length; i++) {
      sum += items.get(i).get(picks[i]).loss();
    }
    return sum;
  }

  static long bytes(List<List<KnapsackChoice>> items, int[] picks) {
    long sum = 0;
    for (int i = 0; i < picks.length; i++) {
      sum += items.get(i).get(picks[i]).bytes();
    }
    return sum;
  }
}
