package halfstep.lab.baseline;

import halfstep.eval.Divergence;
import halfstep.eval.Domain;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.QuantizedLayer;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.llm.Model;
import halfstep.metric.LayerError;
import halfstep.quant.QuantizedMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Climbs the {@link Ladder}; one rung's codes are held at a time. */
public final class LadderStudy {

  private final Model model;
  private final List<Solver> solvers;
  private final @Nullable Calibration calibration;

  /**
   * @param model as it is; not modified
   * @param solvers one per rung
   * @param calibration for calibrated methods, or null
   */
  public LadderStudy(Model model, List<Solver> solvers, @Nullable Calibration calibration) {
    this.model = model;
    this.solvers = List.copyOf(solvers);
    this.calibration = calibration;
  }

  /**
   * Measures.
   *
   * @param sink takes each rung as it is known, in order, on the calling thread
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public Ladder run(Domain text, Windowing windowing, Consumer<Rung> sink, LabProgress progress) {
    List<Rung> rungs = new ArrayList<>();
    double n = solvers.size();
    try (Reference reference = new Reference(model)) {
      for (Solver solver : solvers) {
        LabProgress own = progress.part(rungs.size() / n, (rungs.size() + 1) / n);
        rungs.add(rung(solver, reference, text, windowing, own));
        sink.accept(rungs.getLast());
      }
    }
    return new Ladder(rungs);
  }

  private Rung rung(
      Solver solver, Reference reference, Domain text, Windowing windowing, LabProgress progress) {
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    List<LayerError> errors = new ArrayList<>();
    for (QuantizedLayer layer :
        solver.solve(model, model.layers(), calibration, progress.part(0, 0.5)).values()) {
      codes.put(layer.layer(), layer.quantized());
      errors.add(layer.error());
    }
    Divergence divergence =
        reference.divergence(
            model.withQuantized(codes),
            text.tokens(),
            windowing,
            progress.part(0.5, 1).named(solver.label()));
    return new Rung(solver, LayerError.bitsPerWeight(errors), divergence);
  }
}
