package halfstep.magics.run;

import halfstep.hqq.HqqDirect;
import halfstep.hqq.HqqOutcome;
import halfstep.kernel.spi.Progress;
import halfstep.ls.LeastSquaresSolver;
import halfstep.ls.LeastSquaresStep;
import halfstep.magics.chart.HqqCharts;
import halfstep.magics.command.HqqRequest;
import halfstep.magics.display.Report;
import halfstep.magics.run.WeightSource.Named;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.VariantError;
import halfstep.magics.table.VariantTables;
import halfstep.metric.ErrorMetrics;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.quant.QuantMethod.LeastSquares;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.rtn.RoundToNearest;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code %hqq compare} and {@code sweep}: one layer, solved in several ways. */
final class HqqVariants {

  private static final String ROWS = "java.util.List<halfstep.magics.table.VariantError>";

  /** More lines than this are a thicket. */
  private static final int MOST_LINES = 8;

  private final Stage stage;

  HqqVariants(Stage stage) {
    this.stage = stage;
  }

  private static Map<String, Hqq> libraries() {
    Map<String, Hqq> variants = new LinkedHashMap<>();
    variants.put("legacy", Hqq.LEGACY);
    variants.put("head", Hqq.HEAD);
    variants.put("v2", Hqq.V2);
    variants.put("slow", Hqq.SLOW);
    return variants;
  }

  /** Rounding, the library's four solvers, and least squares. */
  Report<List<VariantError>> compare(HqqRequest.Compare request) {
    Solving solving = new Solving(find(request.layer(), request.weights()), request.spec());
    String title = "HQQ's variants on " + solving.title();
    try (Progress progress = stage.progress(title)) {
      solving.round();
      double all = libraries().size() + 2;
      libraries()
          .forEach((name, config) -> {
            progress.update(solving.rows.size() / all, name);
            solving.solve(name, config);
          });
      progress.update(solving.rows.size() / all, "least squares");
      solving.leastSquares();
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() -> report(title, "variant", solving).withNote("Interrupted."));
      throw stopped;
    }
    stage.show(() -> HqqCharts.paths(title, solving.paths));
    return stage.keep(
        report(title, "variant", solving)
            .withNote(
                "legacy is the release, head the repository's head; v2 restores the best step, slow"
                    + " optimises by gradient. ls, ours, solves scale and zero of each group."),
        request.as());
  }

  /** Every combination of parameters. */
  Report<List<VariantError>> sweep(HqqRequest.Sweep request) {
    Solving solving = new Solving(find(request.layer(), request.weights()), request.spec());
    String title = "HQQ's parameters on " + solving.title();
    try (Progress progress = stage.progress(title)) {
      for (Hqq config : request.configs()) {
        String name = HqqSentences.parameters(config);
        progress.update((double) solving.rows.size() / request.configs().size(), name);
        solving.solve(name, config);
      }
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(title, "parameters", solving)
              .withNote(
                  "Interrupted: %d of %d combinations are finished."
                      .formatted(solving.rows.size(), request.configs().size())));
      throw stopped;
    }
    if (solving.paths.size() <= MOST_LINES) {
      stage.show(() -> HqqCharts.paths(title, solving.paths));
    }
    return stage.keep(report(title, "parameters", solving), request.as());
  }

  private Named find(Optional<String> layer, Optional<String> weights) {
    return new WeightSource(stage).find(layer, weights);
  }

  private static Report<List<VariantError>> report(String title, String kind, Solving solving) {
    return new Report<>(
        title, VariantTables.of(kind, solving.rows), List.of(), List.copyOf(solving.rows), ROWS);
  }

  /** One layer's solutions so far. */
  private static final class Solving {

    private final Named layer;
    private final QuantSpec spec;
    private final List<VariantError> rows = new ArrayList<>();
    private final Map<String, List<HqqOutcome.State>> paths = new LinkedHashMap<>();

    Solving(Named layer, QuantSpec spec) {
      this.layer = layer;
      this.spec = spec;
    }

    String title() {
      Matrix w = layer.weights();
      return "%s (%s), %s".formatted(layer.name(), w.shape(), BitsLabel.of(spec, w.shape()));
    }

    void round() {
      add("rtn", 0, RoundToNearest.quantize(layer.weights(), spec));
    }

    void solve(String name, Hqq config) {
      HqqOutcome outcome = HqqDirect.outcome(layer.weights(), config.fitted(spec), config);
      paths.put(name, outcome.path());
      add(name, outcome.halfSteps(), outcome.quantized());
    }

    void leastSquares() {
      LeastSquaresSolver solver =
          new LeastSquaresSolver(layer.weights(), spec, LeastSquares.DEFAULT.rounds());
      LeastSquaresStep result = solver.result();
      add("ls", result.index(), solver.quantized(result));
    }

    private void add(String name, int iterations, QuantizedMatrix q) {
      Matrix approximation = q.dequantized();
      rows.add(
          new VariantError(
              name,
              iterations,
              ErrorMetrics.between(layer.weights(), approximation),
              ErrorMetrics.meanLp(layer.weights(), approximation, Hqq.DEFAULT.lpNorm()),
              q.bitsPerWeight()));
    }
  }
}
