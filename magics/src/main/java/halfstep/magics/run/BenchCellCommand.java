package halfstep.magics.run;

import halfstep.kernel.spi.Progress;
import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.BenchRequest;
import halfstep.magics.display.Report;
import halfstep.magics.table.TimingTables;
import halfstep.metric.Stopwatch;
import halfstep.metric.Timing;
import halfstep.tensor.InterruptedWork;
import java.util.List;
import java.util.concurrent.Callable;

/** {@code %%bench}: how long the Java of a cell takes. */
final class BenchCellCommand {

  private static final String TITLE = "%%bench";

  private final Stage stage;

  BenchCellCommand(Stage stage) {
    this.stage = stage;
  }

  Report<Timing> run(BenchRequest.Cell request) {
    Callable<?> body = CellBody.compile(stage.host(), request.body());
    try (Progress progress = stage.progress(TITLE)) {
      Stopwatch watch =
          new Stopwatch(request.seconds(), done -> progress.update(done, "measuring"));
      try {
        return stage.keep(report(request, watch.time(body)), request.as());
      } catch (InterruptedWork stopped) {
        showPart(request, watch);
        throw stopped;
      }
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new Refusal(e.getClass().getSimpleName(), String.valueOf(e.getMessage()), e);
    }
  }

  private void showPart(BenchRequest.Cell request, Stopwatch watch) {
    if (!watch.samples().isEmpty()) {
      Timing part = new Timing(watch.samples(), watch.runsPerSample());
      stage.showUnfinished(() ->
          report(request, part)
              .withNote("Interrupted after %d samples.".formatted(part.samples())));
    }
  }

  private static Report<Timing> report(BenchRequest.Cell request, Timing timing) {
    return new Report<>(
        TimingTables.sentence(timing),
        TimingTables.of(timing, request.bytes()),
        List.of(),
        timing,
        "halfstep.metric.Timing");
  }
}
