package halfstep.magics.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import halfstep.magics.Halfstep;
import halfstep.magics.StandIn;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Lines of a notebook with {@code --device cuda} beside the stand-in for CUDA's driver. */
class MagicsOnDeviceTest {

  private static final String REPORT = "report: ";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Runs lines on an embedded model and prints their reports in JSON, a line each. */
  static final class Lines {
    private Lines() {}

    public static void main(String[] lines) {
      var _ = Halfstep.report("load natural");
      for (String line : lines) {
        System.out.println(REPORT + Halfstep.report(line + " --json"));
      }
    }
  }

  @BeforeEach
  void requireStandIn() {
    StandIn.require();
  }

  private static List<JsonNode> there(String... lines) throws IOException {
    List<String> more = new ArrayList<>();
    for (String line : lines) {
      more.add(line + " --device cuda");
    }
    return reports(StandIn.printed(Lines.class, more));
  }

  private static List<JsonNode> here(String... lines) throws IOException {
    var _ = Halfstep.report("load natural");
    List<JsonNode> reports = new ArrayList<>();
    for (String line : lines) {
      reports.add(JSON.readTree(Halfstep.report(line + " --json").toString()));
    }
    return reports;
  }

  private static List<JsonNode> reports(String printed) throws IOException {
    List<JsonNode> reports = new ArrayList<>();
    for (String line : printed.lines().filter(line -> line.startsWith(REPORT)).toList()) {
      reports.add(JSON.readTree(line.substring(REPORT.length())));
    }
    return reports;
  }

  /** What the processor alone says, and nothing of what it had to do instead of the device. */
  @Test
  void hqqClipLimitsAndGptqAreTheProcessors() throws IOException {
    String[] lines = {
      "hqq compare 0.down_proj --bits 3",
      "hqq sweep 0.q_proj --bits 2 --beta 10,1000",
      "awq clip 0.down_proj --bits 3 --tokens 128 --ctx 64",
      "gptq 0.down_proj --bits 3 --tokens 128 --ctx 64"
    };
    assertEquals(here(lines), there(lines));
  }

  /** Layers are rounded there one by one, and every variant of the model runs there. */
  @Test
  void anExperimentIsTheProcessors() throws IOException {
    String line = "lab baseline --methods rtn --bits 4 --tokens 64 --ctx 32";
    JsonNode here = here(line).getFirst();
    JsonNode there = there(line).getFirst();
    assertTrue(here.equals(MagicsOnDeviceTest::compared, there), here + " but there " + there);
  }

  /** Likelihoods are summed in another order there: the last digits of a double may differ. */
  private static int compared(JsonNode a, JsonNode b) {
    boolean same =
        a.isNumber() && b.isNumber()
            ? Math.abs(a.asDouble() - b.asDouble()) <= 1e-12 * Math.abs(a.asDouble())
            : a.equals(b);
    return same ? 0 : 1;
  }

  @Test
  void whatIsTooSmallForTheWayThereSaysSo() throws IOException {
    String line = "awq search 0 --bits 3 --grid 2 --tokens 64 --ctx 32";
    JsonNode here = here(line).getFirst();
    JsonNode there = there(line).getFirst();
    assertEquals(here.path("rows"), there.path("rows"));
    assertEquals(here.path("notes").size() + 1, there.path("notes").size());
    assertEquals(
        "--device cuda: the processor computed, since nothing here was large enough to be worth the way there, or of a kind that runs there.",
        there.path("notes").path(here.path("notes").size()).asText());
  }
}
