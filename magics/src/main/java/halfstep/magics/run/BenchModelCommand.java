package halfstep.magics.run;

import halfstep.eval.Divergence;
import halfstep.eval.Reference;
import halfstep.eval.Windowing;
import halfstep.job.Calibration;
import halfstep.job.LayerQuantizer;
import halfstep.job.QuantizedLayer;
import halfstep.kernel.spi.Progress;
import halfstep.llm.Model;
import halfstep.magics.chart.ParetoCharts;
import halfstep.magics.command.BenchRequest;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.run.Contenders.Contender;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.session.Texts;
import halfstep.magics.table.BenchTables;
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.ModelError;
import halfstep.metric.LayerError;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import halfstep.text.Overlap;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code %bench model}: how far the quantized model's predictions are from the original's. */
final class BenchModelCommand {

  private final Stage stage;

  BenchModelCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<ModelError>> run(BenchRequest.Model request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%bench model");
    Request.Calibration limits = request.calibration();
    Passage calibrating = stage.calibration(model, limits);
    Passage evaluating =
        stage
            .texts()
            .read(
                model,
                request.text().stream().toList(),
                Texts.EVALUATION,
                limits.tokens(),
                limits.ctx());
    Calibration calibration = calibrating.calibration();
    List<Contender> contenders = Contenders.of(request.grid(), new OwnMethods(stage));
    List<ModelError> rows = new ArrayList<>();
    String title = "%s quantized, compared with full precision".formatted(loaded.name());
    try (Reference reference = new Reference(model);
        Progress progress = stage.progress("%bench model")) {
      for (Contender contender : contenders) {
        Part part = new Part(progress, label(contender), rows.size(), contenders.size());
        List<QuantizedLayer> layers = quantize(loaded, contender, calibration, part);
        rows.add(measure(model, reference, contender, layers, evaluating, part));
      }
      progress.update(1, "all models");
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(title, rows, calibrating, evaluating)
              .withNote(
                  "Interrupted: %d of %d models are finished."
                      .formatted(rows.size(), contenders.size())));
      throw stopped;
    }
    stage.show(() -> ParetoCharts.models(title, rows));
    return stage.keep(report(title, rows, calibrating, evaluating), request.as());
  }

  /** One contender's part of the progress: its first half quantizes, its second half evaluates. */
  private record Part(Progress progress, String label, int number, int of) {
    void update(double done) {
      progress.update((number + done) / of, label);
    }
  }

  private static List<QuantizedLayer> quantize(
      LoadedModel loaded, Contender contender, Calibration calibration, Part part) {
    List<String> layers = loaded.layers();
    List<QuantizedLayer> done = new ArrayList<>();
    new LayerQuantizer(loaded.source(), layers, contender.spec(), contender.method(), calibration)
        .run(layer -> {
          done.add(layer);
          part.update(0.5 * done.size() / layers.size());
        });
    return done;
  }

  private static ModelError measure(
      Model model,
      Reference reference,
      Contender contender,
      List<QuantizedLayer> layers,
      Passage text,
      Part part) {
    Map<String, Matrix> weights = new LinkedHashMap<>();
    layers.forEach(layer -> weights.put(layer.layer(), layer.quantized().dequantized()));
    Divergence divergence =
        reference.divergence(
            model.withWeights(weights),
            text.tokens(),
            Windowing.papers(text.ctx()),
            done -> part.update(0.5 + 0.5 * done));
    return new ModelError(
        contender.method(),
        contender.spec(),
        LayerError.bitsPerWeight(layers.stream().map(QuantizedLayer::error).toList()),
        divergence);
  }

  private static String label(Contender contender) {
    return "%s %s"
        .formatted(
            MethodLabel.of(contender.method(), contender.spec().zeroPoint()),
            contender.spec().label());
  }

  private static Report<List<ModelError>> report(
      String title, List<ModelError> rows, Passage calibrating, Passage evaluating) {
    List<String> notes = new ArrayList<>();
    if (!rows.isEmpty()) {
      notes.add("Full precision: %s.".formatted(rows.getFirst().divergence().reference()));
    }
    Overlap overlap = calibrating.overlap(evaluating);
    if (overlap.isNotable()) {
      notes.add("Careful: %s.".formatted(overlap));
    }
    notes.add(
        "KL(full precision ‖ quantized) per prediction on %s; awq calibrated on %s."
            .formatted(evaluating.label(), calibrating.label()));
    return new Report<>(
        title,
        BenchTables.models(rows),
        notes,
        List.copyOf(rows),
        "java.util.List<halfstep.magics.table.ModelError>");
  }
}
