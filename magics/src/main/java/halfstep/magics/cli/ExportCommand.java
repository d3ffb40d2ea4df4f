package halfstep.magics.cli;

import halfstep.export.ExportReport;
import halfstep.export.Inspection;
import halfstep.magics.command.ExportOptions;
import halfstep.magics.run.ExportRun;
import java.io.PrintWriter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code halfstep export}: a run, or somebody's checkpoint, as other software reads it. */
@Command(
    name = "export",
    description = "Writes a quantized model for other software, or converts such a checkpoint.")
final class ExportCommand implements Callable<Integer> {

  @Mixin private ExportOptions options = new ExportOptions();

  @Mixin private CommonOptions common = new CommonOptions();

  @Spec private CommandSpec spec = CommandSpec.create();

  private record Result(
      @Nullable String out,
      @Nullable String format,
      @Nullable String from,
      int layers,
      @Nullable Double largestDeviation,
      List<String> remarks,
      boolean fits,
      double seconds) {}

  @Override
  public Integer call() {
    ExportRun run = UsageErrors.of(spec, () -> new ExportRun(options.settings()));
    PrintWriter out = spec.commandLine().getOut();
    if (run.inspects()) {
      inspect(out, run);
      return 0;
    }
    if (!common.json()) {
      run.pages().forEach(out::println);
    }
    if (run.onlyPages()) {
      return 0;
    }
    Optional<String> misfit = run.misfit();
    if (misfit.isPresent()) {
      spec.commandLine().getErr().println("halfstep: " + misfit.get());
      return 1;
    }
    Optional<ExportReport> done;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "exporting")) {
      done = run.export(meter::update);
    }
    print(out, run, done);
    return 0;
  }

  private void inspect(PrintWriter out, ExportRun run) {
    Inspection found;
    try (Meter meter = Meter.on(spec.commandLine().getErr(), "reading")) {
      found = run.inspection(meter::update);
    }
    if (common.json()) {
      Json.print(out, found);
    } else {
      InspectionPage.print(out, found);
    }
  }

  private void print(PrintWriter out, ExportRun run, Optional<ExportReport> done) {
    if (common.json()) {
      Json.print(
          out,
          new Result(
              done.map(report -> report.out().toString()).orElse(null),
              done.map(report -> report.format().word()).orElse(null),
              done.map(ExportReport::from).orElse(null),
              done.map(ExportReport::layers).orElse(0),
              done.map(report -> report.readBack().largestDeviation()).orElse(null),
              done.map(ExportReport::remarks).orElse(List.of()),
              true,
              done.map(ExportReport::seconds).orElse(0.0)));
      return;
    }
    run.fit().ifPresent(out::println);
    done.ifPresent(report -> {
      report.remarks().forEach(out::println);
      out.println(report);
    });
  }
}
