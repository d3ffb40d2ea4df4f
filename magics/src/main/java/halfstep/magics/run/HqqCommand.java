package halfstep.magics.run;

import halfstep.hqq.HqqStep;
import halfstep.kernel.spi.Progress;
import halfstep.lab.Layers;
import halfstep.magics.command.HqqRequest;
import halfstep.magics.display.Report;
import halfstep.magics.session.NotFoundException;
import halfstep.magics.session.Walk;
import halfstep.magics.table.HqqTables;
import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.Optional;

/** {@code %hqq start}, {@code step}, {@code back} and {@code run}: one walk, looked at closely. */
final class HqqCommand {

  private static final String STEPS = "java.util.List<halfstep.hqq.HqqStep>";

  private final Stage stage;

  HqqCommand(Stage stage) {
    this.stage = stage;
  }

  Report<HqqStep> start(HqqRequest.Start request) {
    Walk walk =
        request
            .weights()
            .map(variable -> new Walk(variable, matrix(variable), request.spec(), request.config()))
            .orElseGet(() -> ofLayer(request));
    request.showGroup().ifPresent(walk::watch);
    stage.session().begin(walk);
    return look(walk, request.as());
  }

  private Walk ofLayer(HqqRequest.Start request) {
    String layer = stage.session().model().names().one(request.layer().orElseThrow());
    Matrix weights = stage.session().model().weight(layer);
    return new Walk(Layers.shortName(layer), weights, request.spec(), request.config());
  }

  private Matrix matrix(String variable) {
    Object value =
        stage
            .host()
            .variable(variable)
            .orElseThrow(() ->
                new NotFoundException(
                    "there is no variable %s that holds a Matrix; make one with Matrix %s = Matrix.of(rows, cols, …)"
                        .formatted(variable, variable)));
    if (value instanceof Matrix matrix) {
      return matrix;
    }
    throw new NotFoundException(
        "variable %s is a %s, but weights are a halfstep.tensor.Matrix; make one with Matrix.of(rows, cols, …)"
            .formatted(variable, value.getClass().getSimpleName()));
  }

  Report<HqqStep> step(HqqRequest.Step request) {
    Walk walk = stage.session().walk();
    request.showGroup().ifPresent(walk::watch);
    int target = request.to().orElse(walk.position() + 1);
    requireIteration(target);
    advance(walk, target);
    return look(walk, request.as());
  }

  Report<HqqStep> back(HqqRequest.Back request) {
    Walk walk = stage.session().walk();
    request.showGroup().ifPresent(walk::watch);
    int target = request.to().orElse(walk.position() - 1);
    if (target < 0 || target > walk.position()) {
      throw new NotFoundException(
          "%%hqq back leads to iterations 0 to %d, got %d; %%hqq step --to %d goes forward"
              .formatted(walk.position(), target, Math.max(target, 0)));
    }
    walk.goTo(target);
    return look(walk, request.as());
  }

  Report<List<HqqStep>> run(HqqRequest.Run request) {
    Walk walk = stage.session().walk();
    request.showGroup().ifPresent(walk::watch);
    advance(walk, Integer.MAX_VALUE - 1);
    stage.play(() -> HqqPlayer.bundle(walk), () -> HqqPlayer.frames(walk).last());
    Report<List<HqqStep>> report =
        new Report<>(
            HqqSentences.title(walk), table(walk), HqqSentences.about(walk), walk.shown(), STEPS);
    return stage.keep(report, request.as());
  }

  /** Walks on; when it is stopped on the way, what was reached is shown first. */
  private void advance(Walk walk, int target) {
    try (Progress progress = stage.progress("HQQ on " + walk.name())) {
      int most = Math.min(target, walk.solver().config().iterations());
      while (walk.position() < target && !walk.atEnd()) {
        walk.goTo(walk.position() + 1);
        progress.update((double) walk.position() / most, "iteration " + walk.position());
      }
      walk.goTo(target);
      progress.update(1, "iteration " + walk.position());
    } catch (InterruptedWork stopped) {
      stage.showUnfinished(() ->
          report(walk)
              .withNote(
                  "Interrupted after iteration %d; %%hqq run goes on from here."
                      .formatted(walk.position())));
      throw stopped;
    }
  }

  private Report<HqqStep> look(Walk walk, Optional<String> as) {
    stage.show(() -> HqqPlayer.frames(walk).last());
    return stage.keep(report(walk), as);
  }

  private static Report<HqqStep> report(Walk walk) {
    return new Report<>(
        HqqSentences.title(walk),
        table(walk),
        HqqSentences.about(walk),
        walk.current(),
        "halfstep.hqq.HqqStep");
  }

  private static tech.tablesaw.api.Table table(Walk walk) {
    return HqqTables.steps(walk.name(), walk.shown());
  }

  private static void requireIteration(int target) {
    if (target < 0) {
      throw new NotFoundException(
          "there is no iteration %d; the walk begins at 0".formatted(target));
    }
  }
}
