package halfstep.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.backend.DeviceWork;
import halfstep.eval.Divergence;
import halfstep.eval.Perplexity;
import halfstep.eval.Windowing;
import halfstep.llm.Model;
import halfstep.llm.ModelException;
import halfstep.tensor.InterruptedWork;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.DoubleConsumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Evaluations whose forward passes run on the device, and what becomes of those that cannot. */
@Tag("standin")
@ExtendWith(StandIn.class)
class GpuEvaluationTest {

  /** Logits are the same; their likelihoods are sums of double in another order. */
  private static final double RELATIVE = 1e-13;

  private static final Path EMBEDDED = Path.of("..", "..", "notebooks", "models");

  private final CudaBackend backend = Gpu.backend();

  @TempDir private Path folder = Path.of("");

  private static int[] text(Model model, int tokens) {
    return ForwardAgreements.tokens(tokens, model.config().vocabSize());
  }

  private static void assertClose(double expected, double actual) {
    assertEquals(expected, actual, RELATIVE * Math.abs(expected));
  }

  private static void assertSame(Perplexity expected, Perplexity actual) {
    assertClose(expected.value(), actual.value());
    assertClose(expected.standardError(), actual.standardError());
    assertEquals(expected.basis(), actual.basis());
  }

  static List<Windowing> protocols() {
    return List.of(
        Windowing.papers(64),
        Windowing.papers(64, 24),
        Windowing.llamaCpp(64, OptionalInt.of(1)),
        Windowing.hqq(64, 32));
  }

  /** More bundles than one, the last of which is not full. */
  @ParameterizedTest
  @MethodSource("protocols")
  void perplexityIsTheProcessors(Windowing windowing) {
    Model model = SmallModels.plain(folder);
    int[] tokens = text(model, 1200);
    assertSame(
        Perplexity.of(model, tokens, windowing),
        Gpu.on(backend, () -> Perplexity.of(model, tokens, windowing)));
  }

  @Test
  void aTrainedModelBesideAnother() {
    Model natural = Model.open(EMBEDDED.resolve("natural"));
    Model salient = Model.open(EMBEDDED.resolve("salient"));
    int[] tokens = text(natural, 96);
    Windowing windowing = Windowing.papers(32);
    List<Model> models = List.of(salient, natural);
    List<Divergence> expected = Divergence.between(natural, models, tokens, windowing, d -> {});
    List<Divergence> actual =
        Gpu.on(backend, () -> Divergence.between(natural, models, tokens, windowing, d -> {}));
    for (int m = 0; m < models.size(); m++) {
      assertSame(expected.get(m).perplexity(), actual.get(m).perplexity());
      assertSame(expected.get(m).reference(), actual.get(m).reference());
      // sums of terms a thousand times as large as their sum
      assertEquals(expected.get(m).meanKl(), actual.get(m).meanKl(), 1e-12);
      assertEquals(expected.get(m).sameTop1(), actual.get(m).sameTop1());
    }
    assertEquals(0, actual.get(1).meanKl());
  }

  /** What the work said when it was left to the processor, whose perplexity comes. */
  private String left(Model model, int[] tokens, Windowing windowing) {
    DeviceWork work = DeviceWork.on(backend);
    assertSame(
        Perplexity.of(model, tokens, windowing),
        work.call(() -> Perplexity.of(model, tokens, windowing)));
    assertEquals(1, work.remarks().size(), work.remarks().toString());
    assertEquals(0, StandIn.used());
    return work.remarks().getFirst();
  }

  @Test
  void expertsAreLeftToTheProcessor() {
    Model model = Model.open(EMBEDDED.resolve("experts"));
    String said = left(model, text(model, 40), Windowing.papers(20));
    assertEquals(
        "the forward pass of experts: the processor computed, not the GPU: its blocks have experts, and only one MLP for all tokens runs there.",
        said);
    assertEquals(0, StandIn.launches());
  }

  @Test
  void withoutRoomForTheWeights() {
    StandIn.memory(40_000);
    Model model = SmallModels.plain(folder);
    String said = left(model, text(model, 40), Windowing.papers(20));
    assertTrue(said.contains("the processor computed, not the GPU: its weights take "), said);
    assertEquals(0, StandIn.launches());
  }

  /** Room for the weights alone. */
  @Test
  void withoutRoomForThePass() {
    StandIn.memory(200_000);
    Model model = SmallModels.plain(folder);
    String said = left(model, text(model, 1200), Windowing.papers(500));
    assertTrue(said.startsWith("the forward pass over windows of up to 500 tokens: "), said);
    assertTrue(said.contains("CUDA_ERROR_OUT_OF_MEMORY (2)"), said);
  }

  @Test
  void windowsThatNoBlockHasRoomFor() {
    Model model = SmallModels.plain(folder);
    DeviceWork work = DeviceWork.on(backend);
    GpuForward forward = new GpuForward(backend);
    try (var loaded = forward.load(model.decoder().orElseThrow()).orElseThrow()) {
      List<int[]> windows = List.of(text(model, 13_000));
      assertTrue(
          work.call(() -> forward.predict(loaded, List.of(loaded), windows, new int[13_000]))
              .isEmpty());
    }
    assertEquals(
        List.of(
            "the forward pass over windows of up to 13,000 tokens: the processor computed, not the GPU: a block of threads has no room for so many weights of an attention."),
        work.remarks());
  }

  @Test
  void aLostDeviceLeavesTheRestToTheProcessor() {
    Model model = SmallModels.plain(folder);
    StandIn.fail(60, 719);
    String said = left(model, text(model, 2200), Windowing.papers(64));
    assertTrue(said.contains("CUDA_ERROR_LAUNCH_FAILED (719)"), said);
    assertEquals(60, StandIn.launches());
  }

  @Test
  void tokensOfAnotherModelAreRefusedBeforeTheyReachTheDevice() {
    Model model = SmallModels.plain(folder);
    int[] tokens = {1, 2, 131, 4};
    DeviceWork work = DeviceWork.on(backend);
    assertThrows(
        ModelException.class,
        () -> work.call(() -> Perplexity.of(model, tokens, Windowing.papers(4))));
    assertEquals(0, StandIn.launches());
    assertEquals(0, StandIn.used());
  }

  @Test
  void anInterruptStopsIt() {
    Model model = SmallModels.plain(folder);
    DeviceWork work = DeviceWork.on(backend);
    DoubleConsumer stop = _ -> Thread.currentThread().interrupt();
    try {
      assertThrows(
          InterruptedWork.class,
          () ->
              work.call(() -> Perplexity.of(model, text(model, 200), Windowing.papers(64), stop)));
    } finally {
      assertTrue(Thread.interrupted());
    }
    assertEquals(0, StandIn.launches());
    assertEquals(0, StandIn.used());
  }
}
