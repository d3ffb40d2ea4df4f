package halfstep.llm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.tensor.InterruptedWork;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelTest {

  private static final String Q = "model.layers.0.self_attn.q_proj";

  private final Model model = GoldenModels.open("llama_gqa");

  private static int[] tokens(int seed, int count) {
    return IntStream.range(0, count).map(i -> 3 + (i * 37 + seed * 101) % 250).toArray();
  }

  private static float[] elements(Matrix matrix) {
    float[] values = new float[(int) matrix.size()];
    matrix.read(0, values, 0, values.length);
    return values;
  }

  @Test
  void layersInTheOrderInWhichTheyRun() {
    assertEquals(14, model.layers().size());
    assertEquals(
        List.of(
            Q,
            "model.layers.0.self_attn.k_proj",
            "model.layers.0.self_attn.v_proj",
            "model.layers.0.self_attn.o_proj",
            "model.layers.0.mlp.gate_proj",
            "model.layers.0.mlp.up_proj",
            "model.layers.0.mlp.down_proj"),
        model.layersOf(0));
  }

  @Test
  void windowsDoNotSeeEachOther() {
    int[] first = tokens(1, 300);
    int[] second = tokens(2, 40);
    HiddenStates both = model.embed(TokenWindows.of(List.of(first, second)));
    HiddenStates alone = model.embed(TokenWindows.of(second));
    for (int block = 0; block < model.config().layers(); block++) {
      both = model.next(both);
      alone = model.next(alone);
    }
    Matrix tail = both.states().rows(300, 340);
    assertArrayEquals(elements(alone.states()), elements(tail));
  }

  @Test
  void aTokenSeesOnlyWhatPrecedesIt() {
    // both longer than 16 rows, up to which products sum in another order
    int[] longer = tokens(1, 40);
    int[] shorter = java.util.Arrays.copyOf(longer, 24);
    Matrix expected = model.logits(shorter);
    assertArrayEquals(elements(expected), elements(model.logits(longer).rows(0, 24)));
  }

  @Test
  void captureKeepsWhatEveryLayerReads() {
    TokenWindows windows = TokenWindows.of(List.of(tokens(1, 300), tokens(2, 40)));
    HiddenStates entrance = model.embed(windows);
    BlockCapture capture = model.capture(entrance);
    assertArrayEquals(elements(model.next(entrance).states()), elements(capture.output().states()));
    assertSame(capture.input(Q), capture.input("model.layers.0.self_attn.v_proj"));
    assertEquals(340, capture.input("model.layers.0.mlp.down_proj").rows());
    assertEquals(192, capture.input("model.layers.0.mlp.down_proj").cols());
    assertArrayEquals(
        elements(model.capture(1, windows).input("model.layers.1.mlp.up_proj")),
        elements(model.capture(capture.output()).input("model.layers.1.mlp.up_proj")));
  }

  @Test
  void aGroupIsJudgedOnWhatItsLayersProduce() {
    BlockCapture capture = model.capture(0, TokenWindows.of(tokens(1, 30)));
    List<ScaleGroup> groups = capture.scaleGroups();
    assertEquals(
        List.of(
            "self_attn.q_proj+self_attn.k_proj+self_attn.v_proj",
            "mlp.gate_proj+mlp.up_proj",
            "mlp.down_proj"),
        groups.stream().map(ScaleGroup::label).toList());
    ScaleGroup attention = groups.getFirst();
    ScaleGroup down = groups.getLast();
    // o_proj on what it read is the attention's output
    Matrix output =
        Matmul.timesTransposed(
            capture.input("model.layers.0.self_attn.o_proj"),
            model.weight("model.layers.0.self_attn.o_proj"));
    assertArrayEquals(elements(output), elements(attention.inspected().run(attention.weights())));
    assertArrayEquals(
        elements(
            Matmul.timesTransposed(
                capture.input("model.layers.0.mlp.down_proj"), down.weights().getFirst())),
        elements(down.inspected().run(down.weights())));
  }

  @Test
  void partOfAGroupLeavesTheOthersAlone() {
    BlockCapture capture = model.capture(0, TokenWindows.of(tokens(1, 30)));
    ScaleGroup attention = capture.scaleGroups().getFirst();
    ScaleGroup query = attention.only(Q::equals).orElseThrow();
    assertEquals(List.of(Q), query.layers());
    assertArrayEquals(
        elements(attention.inspected().run(attention.weights())),
        elements(query.inspected().run(query.weights())));
    assertTrue(attention.only("none"::equals).isEmpty());
  }

  @Test
  void outputOfOIsSearchedOnlyWithoutGroupedQueries() {
    Model mha = GoldenModels.open("llama_mha");
    List<ScaleGroup> groups = mha.capture(0, TokenWindows.of(tokens(1, 8))).scaleGroups();
    assertEquals("self_attn.o_proj", groups.get(1).label());
    assertEquals(4, groups.size());
  }

  @Test
  void replacedWeightsChangeOnlyTheNewModel() {
    int[] window = tokens(1, 16);
    float[] before = elements(model.logits(window));
    Matrix zeros = Matrix.zeros(model.weight(Q).rows(), model.weight(Q).cols());
    Model other = model.withWeights(Map.of(Q, zeros));
    // the first token sees only itself, whatever the query
    assertNotEquals(before[15 * 256], elements(other.logits(window))[15 * 256]);
    assertArrayEquals(before, elements(model.logits(window)));
    assertSame(zeros, other.weight(Q));
    String k = "model.layers.0.self_attn.k_proj";
    assertSame(model.weight(k), other.weight(k));
  }

  @Test
  void refusals() {
    assertEquals(
        "there is no linear layer model.layers.0.self_attn.qproj; the nearest is " + Q,
        refusal(() -> model.weight("model.layers.0.self_attn.qproj")));
    assertEquals(
        "there is no block 2; the model has blocks 0 to 1", refusal(() -> model.layersOf(2)));
    assertEquals(
        "token 256 is outside the vocabulary of 256; the text belongs to another model's tokenizer",
        refusal(() -> model.logits(new int[] {1, 256})));
    assertEquals(
        "a window of 513 tokens is longer than the model's context of 512",
        refusal(() -> model.logits(new int[513])));
    assertEquals(
        "30 tokens do not fill one window of 64; use a longer text or shorter windows",
        refusal(() -> TokenWindows.cut(tokens(1, 30), 64)));
    assertTrue(
        String.valueOf(
                assertThrows(
                        ShapeException.class,
                        () -> model.withWeights(Map.of(Q, Matrix.zeros(2, 2))))
                    .getMessage())
            .contains("layer " + Q));
  }

  private static String refusal(org.junit.jupiter.api.function.Executable work) {
    return String.valueOf(assertThrows(ModelException.class, work).getMessage());
  }

  @Test
  void interruptStopsAForwardPass() throws InterruptedException {
    int[] window = tokens(1, 512);
    model.logits(window);
    Thread runner =
        Thread.ofPlatform()
            .start(() ->
                assertThrows(
                    InterruptedWork.class,
                    () -> {
                      while (true) {
                        model.logits(window);
                      }
                    }));
    Thread.sleep(50);
    long start = System.nanoTime();
    runner.interrupt();
    runner.join(5000);
    long millis = (System.nanoTime() - start) / 1_000_000;
    assertTrue(!runner.isAlive() && millis < 500, () -> "stopped after " + millis + " ms");
  }
}
