package halfstep.magics.run;

import halfstep.kernel.spi.Refusal;
import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.tablesaw.api.Table;

/** {@code %param}: the notebook's parameters, which the environment may override. */
final class ParamCommand {

  private static final String PREFIX = "HALFSTEP_PARAM_";

  private final Stage stage;
  private final Map<String, String> environment;

  ParamCommand(Stage stage) {
    this(stage, System.getenv());
  }

  ParamCommand(Stage stage, Map<String, String> environment) {
    this.stage = stage;
    this.environment = environment;
  }

  Report<String> run(Request.Param request) {
    Optional<String> override = Optional.ofNullable(environment.get(PREFIX + request.name()));
    String value = override.orElse(request.value());
    stage.session().parameters().put(request.name(), value);
    String origin =
        override.isPresent()
            ? " (from %s; the notebook says %s)".formatted(PREFIX + request.name(), request.value())
            : "";
    Report<String> report =
        new Report<>(
            "%s = %s%s".formatted(request.name(), value, origin),
            Table.create(),
            List.of(),
            value,
            "java.lang.String");
    try {
      stage.host().declare(request.name(), report.type(), value);
      return report;
    } catch (Refusal noVariables) {
      return report.withNote(
          "Our lines know ${%s}, Java cells do not: %s"
              .formatted(request.name(), noVariables.getMessage()));
    }
  }
}
