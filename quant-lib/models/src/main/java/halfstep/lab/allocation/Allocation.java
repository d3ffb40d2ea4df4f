package halfstep.lab.allocation;

import halfstep.job.LayerRule;
import halfstep.job.LayerSpecs;
import halfstep.lab.Solver;
import halfstep.quant.QuantMethod;
import halfstep.quant.QuantSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which layer is quantized how.
 *
 * @param name for the table: {@code hqq 3 bit g64}, {@code best within 3.45}
 * @param family what the chart draws in one form: {@code uniform}, {@code best} …
 * @param picks by full layer name, in the model's order
 * @param bytes of all layers
 * @param bitsPerWeight over all layers
 * @param predicted KLs of single layers added up, in nats
 */
public record Allocation(
    String name,
    String family,
    Map<String, Solver> picks,
    long bytes,
    double bitsPerWeight,
    double predicted) {

  /** Takes a copy of the map that keeps its order. */
  public Allocation {
    picks = Collections.unmodifiableMap(new LinkedHashMap<>(picks));
  }

  /**
   * Adds an allocation up.
   *
   * @param picks index of each layer's choice
   */
  static Allocation of(String name, String family, List<LayerChoices> menu, List<Integer> picks) {
    Map<String, Solver> solvers = new LinkedHashMap<>();
    long bytes = 0;
    long weights = 0;
    double predicted = 0;
    for (int i = 0; i < menu.size(); i++) {
      MeasuredChoice choice = menu.get(i).choices().get(picks.get(i));
      solvers.put(menu.get(i).layer(), choice.solver());
      bytes += choice.bytes();
      weights += menu.get(i).weights();
      predicted += choice.kl();
    }
    return new Allocation(
        name, family, solvers, bytes, (double) Byte.SIZE * bytes / weights, predicted);
  }

  /** How a layer is quantized. */
  public Solver of(String layer) {
    return Objects.requireNonNull(picks.get(layer), () -> "no layer " + layer);
  }

  /** The one method of all layers; empty if there are several. */
  public Optional<QuantMethod> method() {
    List<QuantMethod> methods = picks.values().stream().map(Solver::method).distinct().toList();
    return methods.size() == 1 ? Optional.of(methods.getFirst()) : Optional.empty();
  }

  /**
   * The allocation as {@code quantize} and {@code QuantizeJob} take it: what most layers have, and
   * a rule for each of the others.
   *
   * @throws IllegalStateException if layers differ in method or in kind of zero, which one job
   *     cannot do
   */
  public LayerSpecs specs() {
    Map<QuantSpec, Integer> counts = new LinkedHashMap<>();
    picks.values().forEach(solver -> counts.merge(solver.spec(), 1, Integer::sum));
    QuantSpec usual = Collections.max(counts.entrySet(), Map.Entry.comparingByValue()).getKey();
    List<LayerRule> rules = new ArrayList<>();
    picks.forEach((layer, solver) -> {
      if (!solver.spec().equals(usual)) {
        rules.add(rule(layer, usual, solver.spec()));
      }
    });
    LayerSpecs specs = new LayerSpecs(usual, rules);
    boolean same =
        picks.entrySet().stream()
            .allMatch(pick -> specs.of(pick.getKey()).equals(pick.getValue().spec()));
    if (method().isEmpty() || !same) {
      throw new IllegalStateException(
          "layers differ in method or in kind of zero, and one run of quantize has one of each; allocate with one --methods");
    }
    return specs;
  }

  private static LayerRule rule(String layer, QuantSpec usual, QuantSpec own) {
    return new LayerRule(
        layer,
        own.bits() == usual.bits() ? Optional.empty() : Optional.of(own.bits()),
        own.groupSize() == usual.groupSize()
            ? OptionalInt.empty()
            : OptionalInt.of(own.groupSize()));
  }

  /** The command line that quantizes so, from MODEL into a folder OUT. */
  public String commandLine() {
    LayerSpecs specs = specs();
    QuantSpec usual = specs.usual();
    StringBuilder line =
        new StringBuilder(
            "./halfstep quantize MODEL --out OUT --method %s --bits %s --group %s"
                .formatted(
                    method().map(QuantMethod::label).orElseThrow(),
                    usual.bits(),
                    usual.groupSize() == QuantSpec.WHOLE ? "row" : usual.groupSize()));
    picks
        .values()
        .iterator()
        .next()
        .otherZero()
        .ifPresent(zero -> line.append(" --zero ").append(zero));
    specs.rules().forEach(rule -> line.append(" --override '").append(rule).append('\''));
    return line.toString();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%s: %.3f bits per weight, predicted KL %.4f", name, bitsPerWeight, predicted);
  }
}
