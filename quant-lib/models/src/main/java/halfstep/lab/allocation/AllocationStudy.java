package halfstep.lab.allocation;

import halfstep.eval.Divergence;
import halfstep.eval.Domain;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.QuantizedLayer;
import halfstep.lab.LabProgress;
import halfstep.lab.Layers;
import halfstep.lab.Solver;
import halfstep.lab.VariantRun;
import halfstep.lab.VariantRun.Variant;
import halfstep.llm.Model;
import halfstep.quant.EffectiveBits;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Measures what every way of quantizing every layer costs alone, and what whole allocations cost.
 * One solver's codes are held at a time.
 */
public final class AllocationStudy {

  /** Share of a solver's work that solving is guessed at. */
  private static final double SOLVING = 0.15;

  private final Model model;
  private final List<Solver> solvers;
  private final @Nullable Calibration calibration;

  /**
   * @param model as it is; not modified
   * @param solvers the ways of quantizing a layer, at least one
   * @param calibration for calibrated methods, or null
   */
  public AllocationStudy(Model model, List<Solver> solvers, @Nullable Calibration calibration) {
    this.model = model;
    this.solvers = List.copyOf(solvers);
    this.calibration = calibration;
  }

  /**
   * Bytes of a layer's codes, scales and zeros, rounded up.
   *
   * @param shape {@code out × in}
   */
  public static long bytes(Solver solver, Shape shape) {
    double bits = EffectiveBits.of(solver.spec(), shape) * shape.size();
    return (long) Math.ceil(bits / Byte.SIZE - 1e-6);
  }

  /**
   * Measures every layer alone in every way.
   *
   * @param text to choose on; not the one that allocations are measured on
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Menu menu(Domain text, Windowing windowing, LabProgress progress) {
    VariantRun run = new VariantRun(model, text, windowing);
    List<List<MeasuredChoice>> choices = new ArrayList<>();
    model.layers().forEach(layer -> choices.add(new ArrayList<>()));
    double n = solvers.size();
    for (int s = 0; s < solvers.size(); s++) {
      Solver solver = solvers.get(s);
      LabProgress own = progress.part(s / n, (s + 1) / n);
      Map<String, QuantizedLayer> solved =
          solver.solve(model, model.layers(), calibration, own.part(0, SOLVING));
      List<Variant> variants = solved.values().stream().map(this::alone).toList();
      List<Divergence> found = run.measure(variants, kl -> {}, own.part(SOLVING, 1));
      for (int i = 0; i < found.size(); i++) {
        long bytes = bytes(solver, model.weight(model.layers().get(i)).shape());
        Divergence cost = found.get(i);
        choices.get(i).add(new MeasuredChoice(solver, bytes, cost.meanKl(), cost.standardError()));
      }
    }
    List<LayerChoices> layers = new ArrayList<>();
    for (int i = 0; i < choices.size(); i++) {
      String layer = model.layers().get(i);
      layers.add(new LayerChoices(layer, model.weight(layer).size(), choices.get(i)));
    }
    return new Menu(solvers, layers);
  }

  private Variant alone(QuantizedLayer layer) {
    return new Variant(
        Layers.shortName(layer.layer()),
        () -> model.withQuantized(Map.of(layer.layer(), layer.quantized())));
  }

  /**
   * Measures whole allocations on other text.
   *
   * @param sink takes each as it is known, in order, on the calling thread
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public List<MeasuredAllocation> measure(
      List<Allocation> allocations,
      Domain text,
      Windowing windowing,
      Consumer<MeasuredAllocation> sink,
      LabProgress progress) {
    List<Variant> variants =
        allocations.stream()
            .map(allocation -> new Variant(allocation.name(), () -> model(allocation)))
            .toList();
    List<MeasuredAllocation> measured = new ArrayList<>();
    new VariantRun(model, text, windowing)
        .measure(
            variants,
            kl -> {
              measured.add(new MeasuredAllocation(allocations.get(measured.size()), kl));
              sink.accept(measured.getLast());
            },
            progress);
    return measured;
  }

  /** The model with its layers quantized as an allocation says; each solver solves its own. */
  public Model model(Allocation allocation) {
    Map<Solver, List<String>> bySolver =
        allocation.picks().keySet().stream()
            .collect(
                Collectors.groupingBy(allocation::of, LinkedHashMap::new, Collectors.toList()));
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    bySolver.forEach((solver, layers) ->
        solver
            .solve(model, layers, calibration, LabProgress.NONE)
            .forEach((layer, solved) -> codes.put(layer, solved.quantized())));
    return model.withQuantized(codes);
  }
}
