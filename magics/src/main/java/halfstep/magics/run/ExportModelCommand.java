package halfstep.magics.run;

import halfstep.export.ExportReport;
import halfstep.export.Inspection;
import halfstep.kernel.spi.Progress;
import halfstep.magics.command.ExportSettings;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.table.SupportTables;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import tech.tablesaw.api.Table;

/** {@code %export}: the same as on the command line, as a report. */
final class ExportModelCommand {

  private final Stage stage;

  ExportModelCommand(Stage stage) {
    this.stage = stage;
  }

  Report<?> run(Request.ExportModel request) {
    ExportSettings settings = request.settings();
    if (settings.matrix()) {
      return stage.keep(matrix(settings), request.as());
    }
    ExportRun run = new ExportRun(settings);
    if (run.inspects()) {
      return stage.keep(inspection(run), request.as());
    }
    if (run.misfit().isPresent()) {
      throw new IllegalArgumentException(run.misfit().get());
    }
    List<String> notes = new ArrayList<>(run.fit().stream().toList());
    Optional<ExportReport> done = Optional.empty();
    if (!run.onlyPages()) {
      try (Progress progress = stage.progress("exporting")) {
        done = run.export(progress::update);
      }
    }
    done.ifPresent(report -> notes.addAll(report.remarks()));
    notes.addAll(run.pages());
    String title = done.map(ExportReport::toString).orElse("Nothing was written.");
    return stage.keep(
        new Report<>(
            title,
            Table.create(),
            notes,
            done.map(report -> report.out().toString()).orElse(""),
            "java.lang.String"),
        request.as());
  }

  private static Report<Inspection> inspection(ExportRun run) {
    Inspection found = run.inspection(done -> {});
    String bits =
        String.format(
            Locale.ROOT,
            "%.3f bits per quantized weight, %.3f over all.",
            found.bitsPerQuantizedWeight(),
            found.bitsPerWeight());
    return new Report<>(
        "%s: %s".formatted(found.path(), found.scheme()),
        SupportTables.layers(found),
        List.of(bits),
        found,
        "halfstep.export.Inspection");
  }

  private static Report<String> matrix(ExportSettings settings) {
    List<String> notes = new ArrayList<>();
    halfstep.engines.SupportTable.read()
        .statements()
        .forEach(statement ->
            notes.add(
                "“%s”: %s (%s)".formatted(statement.said(), statement.found(), statement.from())));
    if (settings.python()) {
      notes.addAll(new ExportRun(settings).pages());
    }
    return new Report<>(
        "Which kernels take what", SupportTables.kernels(), notes, "", "java.lang.String");
  }
}
