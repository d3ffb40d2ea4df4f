package halfstep.lab.allocation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class KnapsackTest {

  private static KnapsackChoice choice(long bytes, double loss) {
    return new KnapsackChoice(bytes, loss);
  }

  /** Two layers of 2 or 4 bytes: with 6 bytes the one that gains more gets them. */
  @Test
  void theLayerThatGainsMoreGetsTheBytes() {
    List<List<KnapsackChoice>> items =
        List.of(
            List.of(choice(2, 5), choice(4, 1)), // gains 4
            List.of(choice(2, 9), choice(4, 2))); // gains 7
    KnapsackSolution solution = Knapsack.solve(items, 6);
    assertEquals(List.of(0, 1), solution.picks());
    assertEquals(6, solution.bytes());
    assertEquals(7, solution.loss());
    // the second layer's slope is 3.5, the first layer's 2: the budget breaks in between, at 2
    assertEquals(2, solution.multiplier());
    assertEquals(7, solution.bound(), 1e-12);
    assertTrue(solution.exact());
    assertEquals(0, solution.gap(), 1e-12);
    assertEquals(
        "loss 7.00000 in 6 bytes, the least possible; Lagrangian bound 7.00000, duality gap 0.00e+00",
        solution.toString());
  }

  /** Greedy takes the steep small step; the best is the large one that then does not fit. */
  @Test
  void steepestFirstIsNotTheBest() {
    List<List<KnapsackChoice>> items =
        List.of(
            List.of(choice(0, 10), choice(1, 8)), // slope 2
            List.of(choice(0, 10), choice(10, 0))); // slope 1, fills the budget alone
    KnapsackSolution solution = Knapsack.solve(items, 10);
    assertEquals(List.of(0, 1), solution.picks());
    assertEquals(10, solution.loss());
    // 8 + 10 with nine bytes left at one nat each: 9
    assertEquals(9, solution.bound(), 1e-12);
    assertEquals(1, solution.gap(), 1e-12);
  }

  @Test
  void noSelectionIsBetter() {
    SplittableRandom random = new SplittableRandom(7);
    for (int round = 0; round < 300; round++) {
      List<List<KnapsackChoice>> items = new ArrayList<>();
      for (int i = 0; i < 6; i++) {
        List<KnapsackChoice> choices = new ArrayList<>();
        for (int c = 0; c < 4; c++) {
          // few different sizes, so that bytes collide as those of equal layers do
          choices.add(choice(1 + random.nextInt(6), random.nextInt(20) / 7.0));
        }
        items.add(choices);
      }
      long cheapest =
          items.stream()
              .mapToLong(item -> item.stream().mapToLong(KnapsackChoice::bytes).min().orElseThrow())
              .sum();
      long budget = cheapest + random.nextInt(25);
      KnapsackSolution solution = Knapsack.solve(items, budget);
      double least = bruteForce(items, 0, budget);
      assertEquals(least, solution.loss(), 1e-12, "round " + round);
      assertTrue(solution.bytes() <= budget);
      assertTrue(solution.bound() <= least + 1e-12, "the bound is below every solution");
      assertEquals(least - solution.bound(), solution.gap(), 1e-12);
      assertTrue(solution.exact());
    }
  }

  private static double bruteForce(List<List<KnapsackChoice>> items, int from, long budget) {
    if (budget < 0) {
      return Double.POSITIVE_INFINITY;
    }
    if (from == items.size()) {
      return 0;
    }
    double least = Double.POSITIVE_INFINITY;
    for (KnapsackChoice choice : items.get(from)) {
      double rest = bruteForce(items, from + 1, budget - choice.bytes());
      least = Math.min(least, choice.loss() + rest);
    }
    return least;
  }

  /** As many layers as a model of 32 blocks has, with losses that never tie. */
  @Test
  void aLargeModelIsSolvedExactly() {
    SplittableRandom random = new SplittableRandom(1);
    List<List<KnapsackChoice>> items = new ArrayList<>();
    for (int i = 0; i < 224; i++) {
      long weights = (i % 7 < 4 ? 16L : 58L) << 20;
      double sensitivity = Math.exp(2 * random.nextDouble());
      List<KnapsackChoice> choices = new ArrayList<>();
      for (int bits = 2; bits <= 4; bits++) {
        for (int group : new int[] {64, 128}) {
          long bytes = weights * bits / 8 + weights * 4 / group;
          double loss = sensitivity * Math.pow(0.25, bits) * (1 + group / 640.0);
          choices.add(choice(bytes, loss * (1 + 0.1 * random.nextDouble())));
        }
      }
      items.add(choices);
    }
    long all = items.stream().mapToLong(item -> item.get(2).bytes()).sum();
    KnapsackSolution solution = Knapsack.solve(items, all);
    assertTrue(solution.exact());
    assertTrue(solution.bytes() <= all);
    assertTrue(solution.gap() < 1e-3 * solution.loss(), solution.toString());
  }

  @Test
  void whatDoesNotFitIsRefusedWithTheNumbers() {
    IllegalArgumentException refusal =
        assertThrows(
            IllegalArgumentException.class,
            () -> Knapsack.solve(List.of(List.of(choice(5, 1)), List.of(choice(7, 1))), 11));
    assertEquals(
        "the cheapest choices take 12 bytes, more than the 11 allowed; allow more, or offer fewer bits",
        refusal.getMessage());
    assertThrows(IllegalArgumentException.class, () -> choice(1, Double.NaN));
  }

  @Test
  void anInterruptStopsIt() {
    Thread.currentThread().interrupt();
    assertThrows(InterruptedWork.class, () -> Knapsack.solve(List.of(List.of(choice(1, 1))), 1));
    assertTrue(Thread.interrupted());
  }
}
