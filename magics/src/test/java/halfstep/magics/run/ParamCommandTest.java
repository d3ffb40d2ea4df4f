package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import halfstep.magics.command.Request;
import halfstep.magics.display.Report;
import halfstep.magics.session.Folders;
import halfstep.magics.session.Session;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ParamCommandTest {

  private final RecordingHost host = new RecordingHost();
  private final Session session = new Session(Folders.ofThisProcess());

  private Report<String> run(Map<String, String> environment) {
    return new ParamCommand(new Stage(host, session), environment)
        .run(new Request.Param("MODEL", "natural"));
  }

  @Test
  void theLineDecidesWhenTheEnvironmentIsSilent() {
    assertEquals("MODEL = natural", run(Map.of()).toString());
    assertEquals("natural", host.variables.get("MODEL"));
    assertEquals("java.lang.String", host.types.get("MODEL"));
  }

  @Test
  void theEnvironmentOverrides() {
    Report<String> report = run(Map.of("HALFSTEP_PARAM_MODEL", "salient"));
    assertEquals(
        "MODEL = salient (from HALFSTEP_PARAM_MODEL; the notebook says natural)",
        report.toString());
    assertEquals("salient", host.variables.get("MODEL"));
    assertEquals("salient", session.parameters().get("MODEL"));
  }
}
