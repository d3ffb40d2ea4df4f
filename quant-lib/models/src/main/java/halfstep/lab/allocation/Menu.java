package halfstep.lab.allocation;

import halfstep.lab.Layers;
import halfstep.lab.Solver;
import halfstep.quant.QuantSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/**
 * Every layer with every way of quantizing it: what allocations are made of.
 *
 * @param solvers the ways
 * @param layers in the model's order, each with a choice per solver
 */
public record Menu(List<Solver> solvers, List<LayerChoices> layers) {

  private static final int FINE = 64;
  private static final int COARSE = 128;

  /** Takes copies. */
  public Menu {
    solvers = List.copyOf(solvers);
    layers = List.copyOf(layers);
  }

  /** How many weights all layers have. */
  public long weights() {
    return layers.stream().mapToLong(LayerChoices::weights).sum();
  }

  /** Bytes of so many bits per weight, rounded down. */
  public long bytes(double bitsPerWeight) {
    return (long) Math.floor(bitsPerWeight * weights() / Byte.SIZE);
  }

  /** All layers the same way, one per solver. */
  public List<Allocation> uniform() {
    return solvers.stream()
        .map(solver -> same(solver.label(), "uniform", layer -> solver))
        .toList();
  }

  /**
   * The rule of thumb "groups of 64 in the MLP, of 128 in the attention" at every width whose both
   * group sizes are on the menu.
   */
  public List<Allocation> rules() {
    return ruled("MLP g64, attention g128", FINE, COARSE);
  }

  /** The rule the other way round. */
  public List<Allocation> reversed() {
    return ruled("MLP g128, attention g64", COARSE, FINE);
  }

  private List<Allocation> ruled(String family, int mlp, int attention) {
    List<Allocation> all = new ArrayList<>();
    for (Solver solver : solvers) {
      Optional<Solver> other = sibling(solver, attention);
      if (solver.spec().groupSize() == mlp && other.isPresent()) {
        String name =
            "%s %s bit, %s".formatted(solver.method().label(), solver.spec().bits(), family);
        all.add(same(name, family, layer -> Layers.isAttention(layer) ? other.get() : solver));
      }
    }
    return all;
  }

  private Optional<Solver> sibling(Solver solver, int group) {
    QuantSpec wanted = solver.spec().withGroup(group);
    return solvers.stream()
        .filter(one -> one.method().equals(solver.method()) && one.spec().equals(wanted))
        .findFirst();
  }

  private Allocation same(String name, String family, Function<String, Solver> of) {
    List<Integer> picks =
        layers.stream().map(layer -> solvers.indexOf(of.apply(layer.layer()))).toList();
    return Allocation.of(name, family, layers, picks);
  }

  /**
   * The allocation of the least predicted loss within a budget.
   *
   * @param budget bytes of all layers
   * @throws IllegalArgumentException with the numbers, if nothing fits
   */
  public Best best(long budget) {
    KnapsackSolution solution =
        Knapsack.solve(layers.stream().map(LayerChoices::forKnapsack).toList(), budget);
    String name =
        String.format(Locale.ROOT, "best within %.3f", (double) Byte.SIZE * budget / weights());
    return new Best(budget, Allocation.of(name, "best", layers, solution.picks()), solution);
  }

  /**
   * A best allocation with its certificate.
   *
   * @param budget bytes that were allowed
   * @param allocation which layer is quantized how
   * @param solution with bound, gap and price of a byte
   */
  public record Best(long budget, Allocation allocation, KnapsackSolution solution) {}
}
