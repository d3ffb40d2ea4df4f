package halfstep.lab.sensitivity;

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
import halfstep.lab.sensitivity.SensitivityPart.Kind;
import halfstep.llm.Model;
import halfstep.metric.LayerError;
import halfstep.quant.QuantizedMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures {@link Sensitivity}: every layer is solved once, then parts of the model are run. */
public final class SensitivityStudy {

  /** Share of the work that solving is guessed at. */
  private static final double SOLVING = 0.1;

  private final Model model;
  private final Solver solver;
  private final @Nullable Calibration calibration;

  /** A part before it is measured. */
  private record Plan(Kind kind, String name, int block, String role, List<String> layers) {}

  /**
   * @param model as it is; not modified
   * @param calibration for calibrated methods, or null
   */
  public SensitivityStudy(Model model, Solver solver, @Nullable Calibration calibration) {
    this.model = model;
    this.solver = solver;
    this.calibration = calibration;
  }

  /**
   * Measures layer by layer, role by role, block by block, and all.
   *
   * @param text what the model reads
   * @param sink takes each part as it is known, in order, on the calling thread
   * @throws halfstep.llm.ModelException if the text is too short
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Sensitivity run(
      Domain text, Windowing windowing, Consumer<SensitivityPart> sink, LabProgress progress) {
    Map<String, QuantizedLayer> solved =
        solver.solve(model, model.layers(), calibration, progress.part(0, SOLVING));
    List<Plan> plans = plans();
    List<Variant> variants =
        plans.stream()
            .map(plan ->
                new Variant(plan.name(), () -> model.withQuantized(codes(plan.layers(), solved))))
            .toList();
    List<SensitivityPart> parts = new ArrayList<>();
    new VariantRun(model, text, windowing)
        .measure(
            variants,
            divergence -> {
              parts.add(part(plans.get(parts.size()), solved, divergence));
              sink.accept(parts.getLast());
            },
            progress.part(SOLVING, 1));
    return new Sensitivity(solver, parts.getLast().divergence().basis(), parts);
  }

  private List<Plan> plans() {
    List<Plan> plans = new ArrayList<>();
    int blocks = model.config().layers();
    for (int block = 0; block < blocks; block++) {
      for (String layer : model.layersOf(block)) {
        String name = Layers.shortName(layer);
        plans.add(new Plan(Kind.LAYER, name, block, Layers.role(layer), List.of(layer)));
      }
    }
    Layers.byRole(model)
        .forEach((role, layers) -> plans.add(new Plan(Kind.ROLE, role, -1, role, layers)));
    for (int block = 0; block < blocks; block++) {
      plans.add(new Plan(Kind.BLOCK, "block " + block, block, "", model.layersOf(block)));
    }
    plans.add(new Plan(Kind.ALL, "all", -1, "", model.layers()));
    return plans;
  }

  private static Map<String, QuantizedMatrix> codes(
      List<String> layers, Map<String, QuantizedLayer> solved) {
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    layers.forEach(layer -> codes.put(layer, found(solved, layer).quantized()));
    return codes;
  }

  private static QuantizedLayer found(Map<String, QuantizedLayer> solved, String layer) {
    QuantizedLayer found = solved.get(layer);
    if (found == null) {
      throw new IllegalStateException(layer + " was not solved");
    }
    return found;
  }

  private static SensitivityPart part(
      Plan plan, Map<String, QuantizedLayer> solved, Divergence divergence) {
    List<LayerError> errors =
        plan.layers().stream().map(layer -> found(solved, layer).error()).toList();
    return new SensitivityPart(
        plan.kind(),
        plan.name(),
        plan.block(),
        plan.role(),
        plan.layers(),
        errors.stream().mapToLong(error -> error.shape().size()).sum(),
        LayerError.bitsPerWeight(errors),
        divergence);
  }
}
