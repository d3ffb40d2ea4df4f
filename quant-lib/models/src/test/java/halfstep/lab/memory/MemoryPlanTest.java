package halfstep.lab.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import halfstep.job.LayerSpecs;
import halfstep.lab.Verdict.Outcome;
import halfstep.llm.ModelConfig;
import halfstep.llm.ModelConfig.Attention;
import halfstep.llm.ModelConfig.Rotary;
import halfstep.llm.SpecialTokens;
import halfstep.quant.QuantSpec;
import halfstep.tensor.ShapeException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPlanTest {

  private static final long GIB = 1L << 30;

  /** Vocabulary 100, hidden 8, MLP 16, two blocks, two heads of 4 with one for keys and values. */
  private static final ModelConfig TINY =
      new ModelConfig(
          "llama",
          100,
          8,
          16,
          2,
          new Attention(2, 1, 4, OptionalInt.empty(), false, false),
          new Rotary(10_000, null),
          null,
          1e-5f,
          64,
          false,
          new SpecialTokens(OptionalInt.empty(), List.of()));

  private static ServingSettings settings(Optional<LayerSpecs> specs) {
    return new ServingSettings(specs, 10, 3, 1, 16, 20, 1000);
  }

  private static Optional<LayerSpecs> bits(int bits, int group) {
    return Optional.of(LayerSpecs.of(QuantSpec.of(bits, group)));
  }

  @Test
  void everyPartIsWhatAPencilGives() {
    MemoryPlan plan = MemoryPlan.of(TINY, settings(Optional.empty()));
    // a block: q and o 8·8, k and v 4·8, gate, up and down 16·8: 576 weights
    assertEquals(2 * 576, plan.weights());
    assertEquals(2 * 576 * 2, plan.layers());
    assertEquals(2 * 100 * 8 * 2, plan.embeddings());
    assertEquals((2 * 2 * 8 + 8) * 2, plan.others());
    assertEquals(1152 + 1600 + 40, plan.parameters());
    // keys and values of 2 blocks · 1 head · 4 channels for 3 · 10 tokens, 2 bytes each
    assertEquals(2 * 2 * 4 * 30 * 2, plan.cache());
    assertEquals(16, plan.bitsPerWeight());
    assertEquals(0, plan.mostOnTop(false) - plan.mostOnTop(true), "nothing to dequantize");
  }

  @Test
  void activationsAreWhatIsAliveLayerByLayer() {
    MemoryPlan plan = MemoryPlan.of(TINY, settings(bits(4, 8)));
    // 4 bit codes and 32 bits of scale and zero for 8 weights: 8 bits a weight
    assertEquals(1152, plan.layers());
    assertEquals(8, plan.bitsPerWeight());
    Map<String, Long> alive =
        plan.steps().stream()
            .limit(7)
            .collect(
                Collectors.toMap(
                    step -> step.layer().substring(step.layer().lastIndexOf('.') + 1),
                    MemoryStep::activations));
    // 20 tokens of 2 bytes times: stream and norm (16), then what is written
    assertEquals(40 * (16 + 8), alive.get("q_proj"));
    assertEquals(40 * (16 + 8 + 4), alive.get("k_proj"));
    assertEquals(40 * (16 + 8 + 4 + 4), alive.get("v_proj"));
    assertEquals(40 * (8 + 8 + 8), alive.get("o_proj"));
    assertEquals(40 * (16 + 16), alive.get("gate_proj"));
    assertEquals(40 * (16 + 32), alive.get("up_proj"));
    assertEquals(40 * (8 + 16 + 8), alive.get("down_proj"));
    MemoryStep head = plan.steps().getLast();
    assertEquals("lm_head", head.layer());
    assertEquals(3 * (100 * 4 + 8 * 2), head.activations());
    assertEquals(40 * 48, plan.mostOnTop(true));
    assertEquals(40 * 48 + 16 * 8 * 2, plan.mostOnTop(false), "up in 16 bits beside its codes");
    assertEquals(
        1152 + 3200 + 80 + 960 + 1000 + 40 * 48, plan.peak(true), "all parts and the reserve");
  }

  @Test
  void devicesShareLayersAndVocabularyButNotOneHead() {
    ServingSettings one = settings(bits(4, 8));
    ServingSettings two = new ServingSettings(one.specs(), 10, 3, 2, 16, 20, 1000);
    MemoryPlan plan = MemoryPlan.of(TINY, two);
    assertEquals(576, plan.layers());
    assertEquals(1600, plan.embeddings());
    assertEquals(80, plan.others(), "norms are on each");
    assertEquals(960, plan.cache(), "the only head of keys and values is on each");
    assertEquals(8, plan.bitsPerWeight());
    ServingSettings three = new ServingSettings(one.specs(), 10, 3, 3, 16, 20, 1000);
    assertEquals(
        "2 heads cannot be shared by 3 devices; numbers that can: 1, 2",
        assertThrows(IllegalArgumentException.class, () -> MemoryPlan.of(TINY, three))
            .getMessage());
  }

  @Test
  void whatFitsIsTheMostThatDoes() {
    ServingSettings settings = settings(bits(4, 8));
    long vram = 9000;
    int sequences = Fit.sequences(TINY, settings, true, vram);
    assertTrue(MemoryPlan.of(TINY, settings.withBatch(sequences)).peak(true) <= vram);
    assertTrue(MemoryPlan.of(TINY, settings.withBatch(sequences + 1)).peak(true) > vram);
    int context = Fit.context(TINY, settings, true, vram);
    assertTrue(MemoryPlan.of(TINY, settings.withContext(context)).peak(true) <= vram);
    assertTrue(MemoryPlan.of(TINY, settings.withContext(context + 1)).peak(true) > vram);
    assertEquals(0, Fit.sequences(TINY, settings, true, 100));
    assertEquals(64, Fit.context(TINY, settings, true, GIB), "the model's own limit");
    assertEquals(24, Fit.card(24 * GIB).orElseThrow());
    assertEquals(32, Fit.card(24 * GIB + 1).orElseThrow());
    assertTrue(Fit.card(200 * GIB).isEmpty());
  }

  @Test
  void refusalsNameLayerAndNumbers() {
    ShapeException refusal =
        assertThrows(ShapeException.class, () -> MemoryPlan.of(TINY, settings(bits(4, 5))));
    String sentence = String.valueOf(refusal.getMessage());
    assertTrue(sentence.startsWith("layer model.layers.0.self_attn.q_proj: "), sentence);
    assertEquals(
        "a context of 65 tokens is longer than the model's 64",
        assertThrows(
                IllegalArgumentException.class,
                () -> MemoryPlan.of(TINY, ServingSettings.of(Optional.empty(), 65)))
            .getMessage());
  }

  /** As their authors publish them, in billions. */
  @ParameterizedTest
  @CsvSource({
    "llama-7b, 6.74",
    "llama-13b, 13.02",
    "llama-30b, 32.53",
    "llama-65b, 65.29",
    "llama-3-8b, 8.03",
    "llama-3-70b, 70.55",
    "qwen3-32b, 32.76",
    "mixtral-8x7b, 46.70",
  })
  void knownShapesHaveTheirParameters(String name, double billions) {
    ModelConfig config = KnownShapes.of(name).orElseThrow();
    MemoryPlan plan = MemoryPlan.of(config, ServingSettings.of(Optional.empty(), 1));
    assertEquals(billions, plan.parameters() / 1e9, 0.005, name);
  }

  /** A cache token of grouped queries: llama-3-8b keeps 8 of 32 heads, 128 KiB a token. */
  @Test
  void cachesOfKnownShapes() {
    ServingSettings one = ServingSettings.of(Optional.empty(), 1);
    assertEquals(128 << 10, MemoryPlan.of(KnownShapes.of("llama-3-8b").orElseThrow(), one).cache());
    assertEquals(1_597_440, MemoryPlan.of(KnownShapes.of("llama-30b").orElseThrow(), one).cache());
  }

  @Test
  void thirtyBillionWeightsFit24GibibytesInFourBits() {
    ModelConfig config = KnownShapes.of("llama-30b").orElseThrow();
    ServingSettings settings = ServingSettings.of(Optional.empty(), 2048);
    List<ServingOption> options =
        Stream.of(8, 4, 3)
            .map(bits -> ServingOption.of(config, settings, bits(bits, 64), 24 * GIB))
            .toList();
    ServingPlan plan = new ServingPlan("llama-30b", 24 * GIB, settings, options);
    assertEquals(Outcome.FAILS, plan.threeBitsAreNeeded().orElseThrow().outcome());
    assertEquals("4 bit g64", plan.best().orElseThrow().name());
    assertTrue(options.get(2).sequences() > options.get(1).sequences());
    assertEquals(2, plan.steps().size());
  }
}
