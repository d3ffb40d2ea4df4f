package halfstep.magics.run;

import halfstep.awq.AwqBootstrap;
import halfstep.awq.AwqReport;
import halfstep.awq.AwqScaleSearch;
import halfstep.awq.AwqStep;
import halfstep.awq.Lorenz;
import halfstep.awq.Salience;
import halfstep.calib.Activations;
import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.llm.BlockCapture;
import halfstep.llm.Model;
import halfstep.llm.ScaleGroup;
import halfstep.magics.chart.AwqCharts;
import halfstep.magics.chart.SalienceCharts;
import halfstep.magics.command.AwqRequest;
import halfstep.magics.display.Report;
import halfstep.magics.session.Blocks;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.Passage;
import halfstep.magics.table.AwqTables;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.ScaleSearch;
import halfstep.tensor.InterruptedWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;

/** {@code %awq}: what activations single out, and the search that uses it. */
final class AwqCommand {

  private static final int CHANNELS_SHOWN = 10;
  private static final double LEVEL = 0.95;
  private static final int RESAMPLES = 200;
  private static final int FEWEST_WINDOWS = 4;

  /** Draws are the same each time, so that a notebook run again is the same notebook. */
  private static final long SEED = 0;

  private final Stage stage;

  AwqCommand(Stage stage) {
    this.stage = stage;
  }

  Report<?> salience(AwqRequest.Salience request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%awq salience");
    return Blocks.isNumber(request.target())
        ? stage.keep(ofBlock(model, request), request.as())
        : stage.keep(ofLayer(loaded, model, request), request.as());
  }

  private Report<Salience> ofLayer(LoadedModel loaded, Model model, AwqRequest.Salience request) {
    String layer = loaded.names().one(request.target());
    Passage text = stage.calibration(model, request.calibration());
    BlockCapture capture = capture(model, Blocks.of(model, layer), text);
    Salience salience = Salience.of(Activations.of(capture.input(layer)));
    String name = Layers.shortName(layer);
    stage.show(() -> SalienceCharts.layer("Input of " + name, salience));
    return new Report<>(
        "Salience of the input of " + name,
        AwqTables.channels(salience, CHANNELS_SHOWN),
        List.of("%s.".formatted(salience), "%s.".formatted(Lorenz.of(salience)), over(text)),
        salience,
        "halfstep.awq.Salience");
  }

  private Report<Map<String, Salience>> ofBlock(Model model, AwqRequest.Salience request) {
    int block = Blocks.number(model, request.target());
    Passage text = stage.calibration(model, request.calibration());
    Map<String, Salience> inputs = Blocks.inputs(capture(model, block, text));
    stage.show(() -> SalienceCharts.inputs("Inputs of block " + block, inputs));
    return new Report<>(
        "Salience of the inputs of block " + block,
        AwqTables.inputs(inputs),
        List.of(over(text)),
        inputs,
        "java.util.Map<java.lang.String, halfstep.awq.Salience>");
  }

  Report<List<ScaleSearch>> search(AwqRequest.Search request) {
    LoadedModel loaded = stage.session().model();
    Model model = loaded.running("%awq search");
    int block = Blocks.number(model, request.block());
    Passage text = stage.calibration(model, request.calibration());
    List<ScaleSearch> searches = new ArrayList<>();
    List<String> starved = new ArrayList<>();
    String title =
        "AWQ on block %d, %s, %s"
            .formatted(
                block,
                BitsLabel.of(
                    request.spec(),
                    model.layersOf(block).stream().map(loaded.source()::shape).toList()),
                request.config().duoScaling() ? "duo scaling" : "activations alone");
    try (Progress progress = stage.progress(title)) {
      List<ScaleGroup> groups = capture(model, block, text).scaleGroups();
      for (ScaleGroup group : groups) {
        if (group.starved()) {
          starved.addAll(starved(group));
          continue;
        }
        searches.add(search(group, request, searches.size(), groups.size(), progress));
      }
      progress.update(1, "all scale groups");
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(title, searches, starved, text)
              .withNote("Interrupted: %d scale groups are finished.".formatted(searches.size())));
      throw stopped;
    }
    stage.show(() -> AwqCharts.searches(title, searches));
    return stage.keep(report(title, searches, starved, text), request.as());
  }

  /** What is to be said of layers that no token reached: an expert never chosen. */
  private static List<String> starved(ScaleGroup group) {
    int channels = group.activations().channels();
    return new AwqReport.Starved(List.of(label(group)), channels).remarks();
  }

  private static ScaleSearch search(
      ScaleGroup group, AwqRequest.Search request, int number, int groups, Progress progress) {
    AwqScaleSearch search =
        new AwqScaleSearch(
            group.weights(),
            request.spec(),
            request.config(),
            group.activationsPerWindow(),
            group.inspected());
    List<AwqStep> steps = new ArrayList<>();
    int points = request.config().gridSize();
    for (int point = 0; point < points; point++) {
      double done = number + (double) point / points;
      progress.update(done / groups, label(group));
      steps.add(search.step(point));
    }
    AwqReport.Searched report =
        new AwqReport.Searched(
            List.of(label(group)), group.tokens(), search.deadChannels(), steps, search.identity());
    return new ScaleSearch(
        label(group),
        steps,
        report.identity(),
        Optional.of(search.salience()),
        bootstrap(search, steps, request.resamples(), group.activationsPerWindow().size()),
        report.remarks());
  }

  /** As often as the line says; if it does not, where there are windows enough to tell anything. */
  private static Optional<AwqBootstrap> bootstrap(
      AwqScaleSearch search, List<AwqStep> steps, OptionalInt asked, int windows) {
    if (asked.isEmpty() && windows < FEWEST_WINDOWS) {
      return Optional.empty();
    }
    return Optional.of(search.bootstrap(steps, asked.orElse(RESAMPLES), LEVEL, new Random(SEED)));
  }

  /** The layers by what they do. */
  private static String label(ScaleGroup group) {
    return String.join(", ", group.layers().stream().map(Layers::role).toList());
  }

  private static Report<List<ScaleSearch>> report(
      String title, List<ScaleSearch> searches, List<String> starved, Passage text) {
    List<String> notes = new ArrayList<>();
    notes.add("Loss: mean squared change of the output that the group is judged on. " + over(text));
    searches.forEach(search -> notes.addAll(search.remarks()));
    notes.addAll(starved);
    if (searches.stream().anyMatch(search -> search.bootstrap().isPresent())) {
      notes.add(
          "Intervals hold the middle 95 % of the choices made on calibration windows drawn anew.");
    }
    return new Report<>(
        title,
        AwqTables.searches(searches),
        notes,
        List.copyOf(searches),
        "java.util.List<halfstep.magics.table.ScaleSearch>");
  }

  private static BlockCapture capture(Model model, int block, Passage text) {
    return model.capture(block, text.windows());
  }

  private static String over(Passage text) {
    return "Measured on %s.".formatted(text.label());
  }
}
