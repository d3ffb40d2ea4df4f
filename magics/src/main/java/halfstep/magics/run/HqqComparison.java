package halfstep.magics.run;

import halfstep.hqq.HqqSolver;
import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.magics.chart.HqqCharts;
import halfstep.magics.command.HqqRequest;
import halfstep.magics.display.Report;
import halfstep.magics.session.LoadedModel;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.session.Walk;
import halfstep.magics.table.BitsLabel;
import halfstep.magics.table.HqqTables;
import halfstep.quant.QuantMethod.Hqq;
import halfstep.tensor.InterruptedWork;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code %hqq branch} and {@code trace}: several walks side by side. */
final class HqqComparison {

  private static final String STEPS = "java.util.List<halfstep.hqq.HqqStep>";

  private final Stage stage;

  HqqComparison(Stage stage) {
    this.stage = stage;
  }

  /** Both walks from the current step to their ends; the reader stays where they stand. */
  Report<List<HqqStep>> branch(HqqRequest.Branch request) {
    Walk walk = stage.session().walk();
    Hqq config = request.changes().applyTo(walk.solver().config());
    if (walk.current().index() >= config.iterations()) {
      throw new NotFoundException(
          "the walk stands at iteration %d, and the branch ends at iteration %d; go back first with %%hqq back --to N, or raise --iterations"
              .formatted(walk.current().index(), config.iterations()));
    }
    HqqSolver solver = walk.solver().branch(config);
    List<HqqStep> branch = solver.steps(walk.current()).toList();
    Map<String, List<HqqStep>> walks = new LinkedHashMap<>();
    walks.put(name("walk", walk.solver().config()), walk.all());
    walks.put(name("branch", config), branch);
    Map<String, List<HqqStep>> fromBranch = new LinkedHashMap<>(walks);
    fromBranch.replaceAll((name, steps) ->
        steps.stream().filter(step -> step.index() >= walk.current().index()).toList());
    String title =
        "HQQ on %s, %s, branched at iteration %d"
            .formatted(walk.name(), HqqSentences.grid(walk), walk.current().index());
    stage.show(() -> HqqCharts.errors(title, walks));
    Report<List<HqqStep>> report =
        new Report<>(
            title,
            HqqTables.walks("walk", fromBranch),
            List.of(
                "The branch's threshold is %.4f, the walk's %.4f. The branch ends at iteration %d; the walk still stands at iteration %d."
                    .formatted(
                        solver.shrinkThreshold(),
                        walk.solver().shrinkThreshold(),
                        branch.getLast().index(),
                        walk.current().index())),
            branch,
            STEPS);
    return stage.keep(report, request.as());
  }

  private static String name(String kind, Hqq config) {
    return "%s (%s)".formatted(kind, HqqSentences.parameters(config));
  }

  Report<?> trace(HqqRequest.Trace request) {
    return request.layers().isEmpty() ? ofWalk(request) : ofLayers(request);
  }

  private Report<List<HqqStep>> ofWalk(HqqRequest.Trace request) {
    Walk walk = stage.session().walk();
    List<HqqStep> steps = walk.all();
    String title = "HQQ on %s, %s, all iterations".formatted(walk.name(), HqqSentences.grid(walk));
    stage.show(() -> HqqCharts.errors(title, Map.of(walk.name(), steps)));
    return stage.keep(
        new Report<>(
            title,
            HqqTables.steps(walk.name(), steps),
            HqqSentences.about(walk, steps.getLast(), true),
            steps,
            STEPS),
        request.as());
  }

  private Report<Map<String, List<HqqStep>>> ofLayers(HqqRequest.Trace request) {
    LoadedModel model = stage.session().model();
    List<String> layers =
        request.layers().stream()
            .flatMap(word -> model.names().many(word).stream())
            .distinct()
            .toList();
    String grid = BitsLabel.of(request.spec(), layers.stream().map(model.source()::shape).toList());
    Map<String, List<HqqStep>> walks = new LinkedHashMap<>();
    try (Progress progress = stage.progress("HQQ on %d layers".formatted(layers.size()))) {
      for (String layer : layers) {
        String name = Layers.shortName(layer);
        progress.update((double) walks.size() / layers.size(), name);
        HqqSolver solver = new HqqSolver(model.weight(layer), request.spec(), request.config());
        walks.put(name, solver.steps().toList());
      }
      progress.update(1, "all layers");
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(request, grid, walks)
              .withNote(
                  "Interrupted: %d of %d layers are finished."
                      .formatted(walks.size(), layers.size())));
      throw stopped;
    }
    Report<Map<String, List<HqqStep>>> report = report(request, grid, walks);
    stage.show(() -> HqqCharts.errors(report.title(), walks));
    return stage.keep(report, request.as());
  }

  private static Report<Map<String, List<HqqStep>>> report(
      HqqRequest.Trace request, String grid, Map<String, List<HqqStep>> walks) {
    return new Report<>(
        "HQQ, %s, %s".formatted(grid, HqqSentences.parameters(request.config())),
        HqqTables.walks("layer", walks),
        List.of(),
        walks,
        "java.util.Map<java.lang.String, java.util.List<halfstep.hqq.HqqStep>>");
  }
}
