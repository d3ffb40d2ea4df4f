package halfstep.lab.experts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.RewrittenModel;
import halfstep.lab.experts.Coverage.Sample;
import halfstep.llm.GoldenModels;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matrix;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CoverageTest {

  private static final String ROUTER = "model.layers.%d.block_sparse_moe.gate.weight";

  private final Model model = GoldenModels.open("mixtral");

  @TempDir private Path folder = Path.of("");

  private static int[] tokens(int seed, int count) {
    return IntStream.range(0, count).map(i -> 3 + (i * 37 + seed * 101) % 250).toArray();
  }

  private static Sample text() {
    return new Sample("text", TokenWindows.of(List.of(tokens(1, 40), tokens(2, 24))));
  }

  /** The model with other routers, {@code 4 × 64}, the same in both blocks. */
  private Model routed(float... rows) throws IOException {
    Map<String, Matrix> routers = new HashMap<>();
    for (int block = 0; block < 2; block++) {
      routers.put(ROUTER.formatted(block), Matrix.of(4, 64, rows));
    }
    return RewrittenModel.of(model, routers, folder);
  }

  /** Each token takes the best two of four; of equals the first. */
  @Test
  void aRouterOfZerosReachesTheFirstTwo() throws IOException {
    Coverage coverage = Coverage.of(routed(new float[4 * 64]), List.of(text()), done -> {});
    assertEquals(8, coverage.reaches().size());
    for (Reach reach : coverage.reaches()) {
      long expected = reach.expert().number() < 2 ? 64 : 0;
      assertEquals(expected, reach.tokens(), reach.expert().label());
      assertEquals(64, reach.of());
      assertEquals(expected == 0 ? List.of(0, 0) : List.of(40, 24), reach.reached());
    }
    assertEquals(
        List.of("0.2", "0.3", "1.2", "1.3"),
        coverage.starved(1).stream().map(reach -> reach.expert().label()).toList());
    assertEquals(0.5, coverage.even());
  }

  /** Scores 0, v·x, −v·x, 0: the first always wins against the last, the middle two take turns. */
  @Test
  void twoOppositeRowsShareTheTokens() throws IOException {
    float[] rows = new float[4 * 64];
    for (int c = 0; c < 64; c++) {
      rows[64 + c] = c % 3 - 1;
      rows[128 + c] = 1 - c % 3;
    }
    Coverage coverage = Coverage.of(routed(rows), List.of(text()), done -> {});
    List<Reach> own = coverage.of("text");
    for (int block = 0; block < 2; block++) {
      assertEquals(64, own.get(4 * block).tokens());
      assertEquals(64, own.get(4 * block + 1).tokens() + own.get(4 * block + 2).tokens());
      assertTrue(own.get(4 * block + 1).tokens() > 0);
      assertTrue(own.get(4 * block + 2).tokens() > 0);
      assertEquals(0, own.get(4 * block + 3).tokens());
    }
  }

  @Test
  void everyTokenRunsThroughAsManyExpertsAsTheConfigSays() {
    Coverage coverage =
        Coverage.of(
            model,
            List.of(text(), new Sample("other", TokenWindows.of(tokens(9, 30)))),
            done -> {});
    assertEquals(List.of("text", "other"), coverage.texts());
    for (String name : coverage.texts()) {
      double shares = coverage.of(name).stream().mapToDouble(Reach::share).sum();
      assertEquals(2 * 2, shares, 1e-12, "two experts in each of two blocks");
    }
    assertEquals(0, coverage.distance("text", "text", 0));
    double distance = coverage.distance("text", "other", 1);
    assertTrue(distance > 0 && distance < 1, "distance " + distance);
  }

  /** Windows of 10 with 2 and 4 tokens: share 0.3, standard error √(2/1 · 2)/20 = 0.1. */
  @Test
  void theIntervalIsOverWindows() {
    Reach reach =
        new Reach(new Expert(0, 1, "w1", "w3", "w2"), "text", List.of(2, 4), List.of(10, 10));
    assertEquals(0.3, reach.share(), 1e-12);
    assertEquals(0.3 - 0.1959964, reach.interval().low(), 1e-7);
    assertEquals(0.3 + 0.1959964, reach.interval().high(), 1e-7);
    Reach one = new Reach(reach.expert(), "text", List.of(2), List.of(10));
    assertEquals(0, one.interval().low());
    assertEquals(1, one.interval().high());
  }

  @Test
  void aDenseModelIsRefused() {
    Model dense = GoldenModels.open("llama_gqa");
    assertEquals(
        "llama_gqa is no mixture of experts: every token runs through the same layers; the embedded model experts is one",
        assertThrows(ModelException.class, () -> Coverage.of(dense, List.of(text()), done -> {}))
            .getMessage());
  }
}
