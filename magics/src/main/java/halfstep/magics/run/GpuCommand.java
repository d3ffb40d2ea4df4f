package halfstep.magics.run;

import halfstep.backend.Backend;
import halfstep.backend.Backends;
import halfstep.backend.Devices;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.table.BackendTables;
import java.util.ArrayList;
import java.util.List;

/** {@code %gpu}: what computes here. */
final class GpuCommand {

  private final Stage stage;

  GpuCommand(Stage stage) {
    this.stage = stage;
  }

  Report<List<Backend>> run(Request.Gpu request) {
    List<Backend> devices = Devices.available();
    List<Backend> available = new ArrayList<>(devices);
    available.addAll(Backends.available());
    List<String> obstacles = new ArrayList<>(Devices.obstacles());
    obstacles.addAll(Backends.obstacles());
    Report<List<Backend>> report =
        new Report<>(
            sentence(devices),
            BackendTables.all(available, Backends.current(), obstacles),
            List.of("Every backend finds the same codes, bit for bit."),
            List.copyOf(available),
            "java.util.List<halfstep.backend.Backend>");
    return stage.keep(report, request.as());
  }

  private static String sentence(List<Backend> devices) {
    Backend processor = Backends.current();
    if (!devices.isEmpty()) {
      Backend device = devices.getFirst();
      return "A GPU can compute here: %s. Say --device %s; without it the processor does, with %s."
          .formatted(device.detail(), device.name(), processor.name());
    }
    String why =
        Devices.obstacles().stream()
            .map(obstacle -> obstacle.split(": ", 2)[1])
            .findFirst()
            .orElse("this build comes without a backend for one");
    return "No GPU computes here (%s); every command works on the processor with %s: %s."
        .formatted(why, processor.name(), processor.detail());
  }
}
