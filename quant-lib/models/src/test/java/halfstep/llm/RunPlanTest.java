package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.Matrix;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RunPlanTest {

  private static int[] tokens(int count) {
    return IntStream.range(0, count).map(i -> 3 + (i * 37 + 101) % 250).toArray();
  }

  @ParameterizedTest
  @MethodSource("halfstep.llm.GoldenModels#names")
  void theFrugalWayComputesTheSame(String name) {
    Model model = GoldenModels.open(name);
    Matrix expected = model.logits(tokens(24));
    Matrix actual = model.frugal().logits(tokens(24));
    for (int row = 0; row < 24; row++) {
      assertArrayEquals(expected.row(row), actual.row(row), name + ", row " + row);
    }
  }

  @Test
  void aBoundTurnsKeepingIntoReading() {
    Model model = GoldenModels.open("llama_gqa");
    RunPlan plan = RunPlan.of(model, 100, Long.MAX_VALUE);
    assertTrue(plan.kept());
    // embedding and head 256 × 64 each, norms 5 × 64, two blocks of q, k, v, o, gate, up and down
    long block = 128 * 64 + 2 * 64 * 64 + 64 * 128 + 3 * 192 * 64;
    assertEquals(4 * (2 * 256 * 64 + 5 * 64 + 2 * block), plan.weights());
    assertEquals(Decoder.bytes(model.config(), 100), plan.cache());
    RunPlan frugal = RunPlan.of(model, 100, plan.bytes() - 1);
    assertFalse(frugal.kept());
    assertTrue(frugal.weights() < plan.weights(), frugal.toString());
    assertTrue(model.under(frugal) != model && model.under(plan) == model);
  }

  @Test
  void aBoundThatNothingKeepsIsRefusedWithTheNumbers() {
    Model model = GoldenModels.open("llama_gqa");
    String message =
        String.valueOf(
            assertThrows(ModelException.class, () -> RunPlan.of(model, 400, 1000)).getMessage());
    assertTrue(message.startsWith("a text of 400 tokens takes "), message);
    assertTrue(message.contains("read as they are used"), message);
    assertTrue(message.contains("more than the 0.0 MiB allowed; shorten it, or allow "), message);
  }
}
