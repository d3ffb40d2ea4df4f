package halfstep.magics.run;

import halfstep.backend.Backend;
import halfstep.backend.Backends;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.table.BackendTables;
import java.util.List;

/** {@code %gpu}: what computes here. */
final class GpuCommand {

  /** Backends that use the processor; any other is a device. */
  private static final List<String> PROCESSOR = List.of("scalar", "vector");

  private final Stage stage;

  GpuCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<Backend>> run(Request.Gpu request) {
    List<Backend> available = Backends.available();
    List<String> obstacles = Backends.obstacles();
    Report<List<Backend>> report =
        new Report<>(
            sentence(available, obstacles),
            BackendTables.all(available, Backends.current(), obstacles),
            List.of("Every backend finds the same codes, bit for bit."),
            available,
            "java.util.List<halfstep.backend.Backend>");
    return stage.keep(report, request.as());
  }

  private static String sentence(List<Backend> available, List<String> obstacles) {
    Backend current = Backends.current();
    List<String> devices =
        available.stream().map(Backend::name).filter(name -> !PROCESSOR.contains(name)).toList();
    if (!devices.isEmpty()) {
      return "%s computes here: %s.".formatted(current.name(), current.detail());
    }
    String why =
        obstacles.stream()
            .filter(obstacle -> PROCESSOR.stream().noneMatch(obstacle::startsWith))
            .findFirst()
            .orElse("this build comes without a backend for one");
    return "No GPU computes here (%s); every command works on the processor with %s: %s."
        .formatted(why, current.name(), current.detail());
  }
}
