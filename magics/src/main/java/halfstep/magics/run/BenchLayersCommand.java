package halfstep.magics.run;

import halfstep.job.Calibration;
import halfstep.job.LayerQuantizer;
import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.llm.Model;
import halfstep.magics.chart.LayerCharts;
import halfstep.magics.command.BenchRequest;
import halfstep.magics.command.MethodWord;
import halfstep.magics.command.Request;
import halfstep.magics.command.UsageException;
import halfstep.magics.display.Report;
import halfstep.magics.run.Contenders.Contender;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.BenchTables;
import halfstep.magics.table.MethodLabel;
import halfstep.magics.table.PairTables;
import halfstep.metric.LayerError;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tech.tablesaw.api.Table;

/** {@code %bench LAYERS}: the error of each layer under each method and width. */
final class BenchLayersCommand {

  /** A longer table shows one number per method instead of all. */
  private static final int MOST_ROWS = 60;

  private static final String ERRORS = "java.util.List<halfstep.metric.LayerError>";

  private final Stage stage;

  BenchLayersCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<LayerError>> run(BenchRequest.Layers request) {
    LoadedModel loaded = stage.session().model();
    List<String> layers = loaded.names().many(request.layers());
    requirePairs(request, layers);
    List<Contender> contenders = Contenders.of(request.grid(), new OwnMethods(stage));
    Optional<Passage> text = loaded.model().flatMap(model -> text(model, request));
    List<LayerError> errors = new ArrayList<>();
    String title =
        "Error of %s, %s"
            .formatted(
                layers.size() == 1 ? Layers.shortName(layers.getFirst()) : request.layers(),
                loaded.name());
    try (Progress progress = stage.progress("%bench " + request.layers())) {
      double all = (double) layers.size() * contenders.size();
      for (Contender contender : contenders) {
        quantizer(loaded, layers, contender, text)
            .run(done -> {
              errors.add(done.error());
              progress.update(errors.size() / all, detail(contender, done.layer()));
            });
      }
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(title, sorted(errors, layers), Optional.empty(), text)
              .withNote(
                  "Interrupted: %d of %d measurements are finished."
                      .formatted(errors.size(), layers.size() * contenders.size())));
      throw stopped;
    }
    List<LayerError> rows = sorted(errors, layers);
    stage.show(() -> LayerCharts.errors(title, rows, Layers::shortName));
    return stage.keep(report(title, rows, request.beside(), text), request.as());
  }

  private static void requirePairs(BenchRequest.Layers request, List<String> layers) {
    if (request.beside().isPresent() && layers.size() < 2) {
      throw new UsageException(
          "--beside pairs layers and needs at least 2, but %s is %d; name more, for example %%bench down_proj"
              .formatted(request.layers(), layers.size()));
    }
  }

  /** None if the line names no text and none is shipped: weights can be compared without. */
  private Optional<Passage> text(Model model, BenchRequest.Layers request) {
    Request.Calibration wanted = request.calibration();
    if (wanted.files().isEmpty() && stage.session().folders().texts().isEmpty()) {
      return Optional.empty();
    }
    return Optional.of(stage.calibration(model, wanted));
  }

  private static LayerQuantizer quantizer(
      LoadedModel loaded, List<String> layers, Contender contender, Optional<Passage> text) {
    Calibration calibration = text.map(Passage::calibration).orElse(null);
    return new LayerQuantizer(
        loaded.source(), layers, contender.spec(), contender.method(), calibration);
  }

  private static String detail(Contender contender, String layer) {
    return "%s %s, %s"
        .formatted(
            MethodLabel.of(contender.method(), contender.spec().zeroPoint()),
            contender.spec().label(),
            Layers.shortName(layer));
  }

  /** By layer; within a layer as they were measured: by width, then method. */
  private static List<LayerError> sorted(List<LayerError> errors, List<String> layers) {
    return errors.stream()
        .sorted(Comparator.comparingInt(error -> layers.indexOf(error.layer())))
        .toList();
  }

  private static Report<List<LayerError>> report(
      String title, List<LayerError> rows, Optional<MethodWord> beside, Optional<Passage> text) {
    if (beside.isPresent()) {
      return pairs(title, rows, beside.get().text(), text);
    }
    boolean longTable = rows.size() > MOST_ROWS;
    Table table =
        longTable
            ? BenchTables.overview(rows, Layers::shortName)
            : BenchTables.layers(rows, Layers::shortName);
    List<String> notes = new ArrayList<>();
    notes.add(
        text.map(words -> "Output error: ‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ on %s.".formatted(words.label()))
            .orElse("No text ran through the layers, so there is no output error."));
    if (longTable) {
      notes.add(
          "The table shows %s; --as NAME keeps all %d measurements with mean |w − ŵ|, SQNR and bits per weight."
              .formatted(text.isPresent() ? "the output error" : "‖w − ŵ‖ / ‖w‖", rows.size()));
    }
    return new Report<>(title, table, notes, rows, ERRORS);
  }

  private static Report<List<LayerError>> pairs(
      String title, List<LayerError> rows, String beside, Optional<Passage> text) {
    String error =
        text.map(words -> "‖xWᵀ − xŴᵀ‖ / ‖xWᵀ‖ on %s".formatted(words.label()))
            .orElse("‖w − ŵ‖ / ‖w‖");
    return new Report<>(
        title,
        PairTables.beside(rows, beside),
        List.of(
            "Difference of %s, paired by layer; below 0 the method has less error than %s. The interval holds 95 %% of the means of 2000 resamplings; if it holds 0, these layers do not tell the two apart."
                .formatted(error, beside),
            "--as NAME keeps all %d measurements.".formatted(rows.size())),
        rows,
        ERRORS);
  }
}
