package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.awq.AwqReport;
import halfstep.awq.ScaleFolding;
import halfstep.awq.TensorEdit;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ExpertsTest {

  private static final String MOE = "model.layers.0.block_sparse_moe.";

  private final Model model = GoldenModels.open("mixtral");

  private static int[] tokens(int seed, int count) {
    return IntStream.range(0, count).map(i -> 3 + (i * 37 + seed * 101) % 250).toArray();
  }

  @Test
  void eachTokenTakesTheLikeliestExperts() {
    // softmax of (ln 1, ln 2, ln 5) is (1/8, 2/8, 5/8)
    Matrix logits = Matrix.of(2, 3, 0f, (float) Math.log(2), (float) Math.log(5), 9f, 1f, 8f);
    Routing routing = Routing.of(logits, 2);
    assertArrayEquals(new int[] {1}, routing.rows(0));
    assertArrayEquals(new int[] {0}, routing.rows(1));
    assertArrayEquals(new int[] {0, 1}, routing.rows(2));
    assertEquals(2f / 7, routing.shares(1)[0], 1e-6f);
    assertEquals(5f / 7, routing.shares(2)[0], 1e-6f);
    assertEquals(1 / (1 + Math.exp(-1)), routing.shares(0)[0], 1e-6);
  }

  @Test
  void anExpertReadsOnlyItsTokens() {
    TokenWindows windows = TokenWindows.of(List.of(tokens(1, 300), tokens(2, 40)));
    BlockCapture capture = model.capture(0, windows);
    long routed = 0;
    for (int e = 0; e < 4; e++) {
      Matrix own = capture.input(MOE + "experts." + e + ".w1");
      assertEquals(own.rows(), capture.input(MOE + "experts." + e + ".w2").rows());
      routed += own.rows();
    }
    assertEquals(2 * 340, routed);
    List<ScaleGroup> groups = capture.scaleGroups();
    ScaleGroup wide = groups.get(1);
    assertEquals(8, wide.layers().size());
    assertEquals(List.of(300, 40), wide.windowRows());
    ScaleGroup down = groups.get(2);
    assertEquals(down.tokens(), down.windowRows().stream().mapToInt(n -> n).sum());
    assertEquals(2, down.activationsPerWindow().size());
  }

  @Test
  void aStarvedExpertKeepsNeutralScalesAndIsNamed() {
    BlockCapture capture = model.capture(0, TokenWindows.of(7));
    List<String> starved = capture.starved();
    assertEquals(6, starved.size(), () -> starved + " is not two experts of three layers");
    ScaleGroup group =
        capture.scaleGroups().stream().filter(ScaleGroup::starved).findFirst().orElseThrow();
    assertEquals(0, group.tokens());
    AwqReport report =
        AwqReport.search(
            group.layers(),
            group.weights(),
            QuantSpec.of(4, 32).with(ZeroPoint.INTEGER),
            Awq.DEFAULT,
            group.activationsPerWindow(),
            group.inspected());
    assertInstanceOf(AwqReport.Starved.class, report);
    assertTrue(report.remarks().getFirst().startsWith(group.layers().getFirst()));
    assertArrayEquals(ChannelScales.ones(64).toArray(), report.scales().toArray());
    assertEquals(
        "no token reached %s: its router never chose it. Use more or other text."
            .formatted(starved.getFirst()),
        assertThrows(ModelException.class, () -> capture.input(starved.getFirst())).getMessage());
  }

  @Test
  void theRouterIsAReader() {
    ScaleGroup wide = model.capture(0, TokenWindows.of(tokens(1, 64))).scaleGroups().get(1);
    ChannelScales ones = ChannelScales.ones(64);
    String router = MOE + "gate.weight";
    assertTrue(edited(wide.folding(ones)).contains(router));
    assertFalse(edited(wide.foldingAsAutoAwq(ones)).contains(router));
    assertEquals(
        "model.layers.0.post_attention_layernorm.weight", edited(wide.folding(ones)).getFirst());
  }

  private static List<String> edited(ScaleFolding folding) {
    return folding.edits().stream().map(TensorEdit::tensor).toList();
  }
}
