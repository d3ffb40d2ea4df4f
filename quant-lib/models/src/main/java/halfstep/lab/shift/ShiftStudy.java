package halfstep.lab.shift;

import halfstep.awq.Salience;
import halfstep.awq.SalienceOverlap;
import halfstep.calib.Activations;
import halfstep.eval.Divergence;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.QuantizedLayer;
import halfstep.lab.LabProgress;
import halfstep.lab.Solver;
import halfstep.llm.BlockCapture;
import halfstep.llm.HiddenStates;
import halfstep.llm.Model;
import halfstep.llm.TokenWindows;
import halfstep.metric.OutputError;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.text.Overlap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Measures {@link CalibrationShift}. One variant's codes are held at a time. */
public final class ShiftStudy {

  private final Model model;
  private final ShiftSettings settings;
  private final ShiftText home;
  private final ShiftText away;
  private final TokenWindows homeEvaluated;
  private final TokenWindows awayEvaluated;

  /** A variant before it is made. */
  private record Plan(Solver solver, OptionalDouble share) {}

  /** A variant with what made it. */
  private record Made(
      String name,
      Model variant,
      Map<String, QuantizedMatrix> codes,
      @Nullable Calibration calibration) {

    double outputError(Matrix weight, String layer, Matrix input) {
      QuantizedMatrix own = Objects.requireNonNull(codes.get(layer), layer);
      return OutputError.of(input, weight, own.dequantized()).relative();
    }
  }

  /**
   * @param model as it is; not modified
   * @param home the domain at share 0
   * @param away the domain at share 1, with windows of the same length
   */
  public ShiftStudy(Model model, ShiftSettings settings, ShiftText home, ShiftText away) {
    this.model = model;
    this.settings = settings;
    this.home = home;
    this.away = away;
    this.homeEvaluated = home.evaluating(settings.evaluationWindows());
    this.awayEvaluated = away.evaluating(settings.evaluationWindows());
  }

  /**
   * Measures.
   *
   * @param sink takes each row as it is known, in order, on the calling thread
   * @throws halfstep.tensor.InterruptedWork if the calling thread is interrupted
   */
  public CalibrationShift run(Consumer<ShiftRow> sink, LabProgress progress) {
    List<Plan> plans = new ArrayList<>();
    settings.dataFree().forEach(solver -> plans.add(new Plan(solver, OptionalDouble.empty())));
    for (Solver solver : settings.calibrated()) {
      settings.shares().forEach(share -> plans.add(new Plan(solver, OptionalDouble.of(share))));
    }
    List<ShiftRow> rows = new ArrayList<>();
    double all = plans.size() + 1.0;
    try (Reference reference = new Reference(model)) {
      for (Plan plan : plans) {
        LabProgress own = progress.part(rows.size() / all, (rows.size() + 1) / all);
        rows.add(row(plan, reference, own));
        sink.accept(rows.getLast());
      }
    }
    List<ShiftSalience> salience = salience();
    progress.update(1, "salient channels");
    return new CalibrationShift(settings, home.name(), away.name(), rows, salience);
  }

  /**
   * Calibration windows of a mixture: of each domain the first of its first half, as many as its
   * share asks for.
   *
   * @param share of the away domain, 0 to 1
   */
  public TokenWindows mixture(double share) {
    int n = settings.calibrationWindows();
    int fromAway = (int) Math.round(share * n);
    List<int[]> windows = new ArrayList<>();
    take(home.calibrating(), n - fromAway, windows);
    take(away.calibrating(), fromAway, windows);
    return TokenWindows.of(windows);
  }

  private static void take(TokenWindows from, int count, List<int[]> into) {
    if (count > from.count()) {
      throw new IllegalArgumentException(
          "%d calibration windows are asked of a half that has %d; use a longer text or fewer --tokens"
              .formatted(count, from.count()));
    }
    for (int w = 0; w < count; w++) {
      into.add(from.window(w));
    }
  }

  private ShiftRow row(Plan plan, Reference reference, LabProgress progress) {
    @Nullable Calibration calibration =
        plan.share().isPresent() ? Calibration.of(mixture(plan.share().getAsDouble())) : null;
    Map<String, QuantizedMatrix> codes = new LinkedHashMap<>();
    for (QuantizedLayer layer :
        plan.solver().solve(model, model.layers(), calibration, progress.part(0, 0.6)).values()) {
      codes.put(layer.layer(), layer.quantized());
    }
    Made made = new Made(plan.solver().label(), model.withQuantized(codes), codes, calibration);
    return new ShiftRow(
        plan.solver(),
        plan.share(),
        cell(made, reference, home.name(), homeEvaluated, progress.part(0.6, 0.8)),
        cell(made, reference, away.name(), awayEvaluated, progress.part(0.8, 1)));
  }

  private ShiftCell cell(
      Made made, Reference reference, String domain, TokenWindows windows, LabProgress progress) {
    Divergence divergence =
        reference.divergence(
            made.variant(),
            ShiftText.stream(domain, windows).tokens(),
            Windowing.papers(windows.longest()),
            progress.part(0, 0.5).named(made.name()));
    List<Double> errors = new ArrayList<>();
    walk(
        windows, (layer, input) -> errors.add(made.outputError(model.weight(layer), layer, input)));
    progress.update(1, made.name());
    Calibration calibration = made.calibration();
    Overlap overlap =
        calibration == null
            ? new Overlap(Overlap.LENGTH, 0, 0)
            : ShiftText.overlap(calibration.windows(), windows);
    return new ShiftCell(domain, divergence, errors, overlap);
  }

  /** Hands on what every layer reads in the unquantized model, in the model's order. */
  private void walk(TokenWindows windows, BiConsumer<String, Matrix> each) {
    HiddenStates states = model.embed(windows);
    for (int block = 0; block < model.config().layers(); block++) {
      Parallel.checkInterrupt("the layers' inputs");
      BlockCapture capture = model.capture(states);
      for (String layer : capture.layers()) {
        capture.seen(layer).ifPresent(input -> each.accept(layer, input));
      }
      states = capture.output();
    }
  }

  private List<ShiftSalience> salience() {
    Map<String, Salience> atHome = salience(homeEvaluated);
    Map<String, Salience> atAway = salience(awayEvaluated);
    List<ShiftSalience> all = new ArrayList<>();
    for (double share : settings.shares()) {
      Map<String, Salience> seen = salience(mixture(share));
      List<SalienceOverlap> withHome = overlaps(seen, atHome);
      List<SalienceOverlap> withAway = overlaps(seen, atAway);
      all.add(
          new ShiftSalience(
              share, jaccard(withHome), jaccard(withAway), spearman(withHome), spearman(withAway)));
    }
    return all;
  }

  private Map<String, Salience> salience(TokenWindows windows) {
    Map<String, Salience> all = new LinkedHashMap<>();
    walk(windows, (layer, input) -> all.put(layer, Salience.of(Activations.of(input))));
    return all;
  }

  private List<SalienceOverlap> overlaps(Map<String, Salience> one, Map<String, Salience> other) {
    List<SalienceOverlap> all = new ArrayList<>();
    one.forEach((layer, salience) -> {
      Salience there = other.get(layer);
      if (there != null) {
        all.add(SalienceOverlap.of(salience, there, settings.top()));
      }
    });
    return all;
  }

  private static double jaccard(List<SalienceOverlap> overlaps) {
    return overlaps.stream().mapToDouble(SalienceOverlap::jaccard).average().orElse(Double.NaN);
  }

  private static double spearman(List<SalienceOverlap> overlaps) {
    return overlaps.stream().mapToDouble(SalienceOverlap::spearman).average().orElse(Double.NaN);
  }
}
