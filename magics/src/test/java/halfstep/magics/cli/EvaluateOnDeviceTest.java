package halfstep.magics.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import halfstep.magics.StandIn;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code eval --device cuda} beside the stand-in for CUDA's driver, from words to figures. */
class EvaluateOnDeviceTest extends QuantizeFixture {

  @BeforeEach
  void requireStandIn() {
    StandIn.require();
  }

  private static List<String> evaluation(String model) {
    List<String> words = new ArrayList<>(List.of("eval", NATURAL.resolveSibling(model).toString()));
    words.addAll(List.of("--against", NATURAL.toString(), "--text", PROSE.toString(), "--json"));
    words.addAll(List.of("--ctx", "48", "--max-tokens", "100"));
    return words;
  }

  private JsonNode here(List<String> words) throws IOException {
    PrintWriter to = new PrintWriter(out, true);
    assertEquals(
        0, Main.run(to, new PrintWriter(err, true), words.toArray(String[]::new)), err + "");
    return json(out.toString());
  }

  private static JsonNode there(List<String> words) throws IOException {
    List<String> more = new ArrayList<>(words);
    more.addAll(List.of("--device", "cuda"));
    return json(StandIn.printed(Main.class, more));
  }

  private static void assertClose(JsonNode here, JsonNode there, String figure, double most) {
    assertEquals(here.path(figure).asDouble(-1), there.path(figure).asDouble(-2), most, figure);
  }

  @Test
  void figuresAreTheProcessors() throws IOException {
    JsonNode here = here(evaluation("salient"));
    JsonNode there = there(evaluation("salient"));
    assertEquals("[]", there.path("remarks").toString(), "the processor computed");
    assertTrue(here.path("kl").asDouble() > 0, here.toString());
    for (String figure : List.of("perplexity", "standardError", "referencePerplexity", "kl")) {
      assertClose(here, there, figure, 1e-13 * Math.max(1, here.path(figure).asDouble()));
    }
    assertEquals(here.path("sameTop1"), there.path("sameTop1"));
    assertEquals(here.path("predictions"), there.path("predictions"));
  }

  @Test
  void expertsStayOnTheProcessorAloud() throws IOException {
    JsonNode here = here(evaluation("experts"));
    JsonNode there = there(evaluation("experts"));
    assertEquals(here.path("kl"), there.path("kl"));
    String said = there.path("remarks").path(0).asText();
    assertTrue(said.startsWith("the forward pass of experts: the processor computed"), said);
  }
}
