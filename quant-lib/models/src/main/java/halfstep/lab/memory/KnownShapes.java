package halfstep.lab.memory;

import halfstep.llm.ModelConfig;
import halfstep.llm.ModelConfig.Attention;
import halfstep.llm.ModelConfig.Experts;
import halfstep.llm.ModelConfig.Rotary;
import halfstep.llm.SpecialTokens;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * Shapes of models that plans are often made for, as their published {@code config.json} gives
 * them: a plan needs no weights.
 */
public final class KnownShapes {

  private static final Map<String, ModelConfig> SHAPES = shapes();

  private KnownShapes() {}

  /** MLP and vocabulary, in the order of {@code config.json}. */
  private record Widths(int vocabulary, int hidden, int intermediate, int blocks, int positions) {}

  private static Map<String, ModelConfig> shapes() {
    Map<String, ModelConfig> all = new LinkedHashMap<>();
    all.put("llama-7b", llama(new Widths(32_000, 4096, 11_008, 32, 2048), 32, 32, null));
    all.put("llama-13b", llama(new Widths(32_000, 5120, 13_824, 40, 2048), 40, 40, null));
    all.put("llama-30b", llama(new Widths(32_000, 6656, 17_920, 60, 2048), 52, 52, null));
    all.put("llama-65b", llama(new Widths(32_000, 8192, 22_016, 80, 2048), 64, 64, null));
    all.put("llama-3-8b", llama(new Widths(128_256, 4096, 14_336, 32, 8192), 32, 8, null));
    all.put("llama-3-70b", llama(new Widths(128_256, 8192, 28_672, 80, 8192), 64, 8, null));
    all.put("qwen3-32b", qwen3(new Widths(151_936, 5120, 25_600, 64, 40_960), 64, 8, 128));
    all.put(
        "mixtral-8x7b",
        llama(new Widths(32_000, 4096, 14_336, 32, 32_768), 32, 8, new Experts(8, 2)));
    return all;
  }

  private static ModelConfig llama(
      Widths widths, int heads, int keyValueHeads, @Nullable Experts experts) {
    Attention attention =
        new Attention(
            heads, keyValueHeads, widths.hidden() / heads, OptionalInt.empty(), false, false);
    return config(experts == null ? "llama" : "mixtral", widths, attention, experts);
  }

  private static ModelConfig qwen3(Widths widths, int heads, int keyValueHeads, int headDim) {
    Attention attention =
        new Attention(heads, keyValueHeads, headDim, OptionalInt.empty(), false, true);
    return config("qwen3", widths, attention, null);
  }

  private static ModelConfig config(
      String type, Widths widths, Attention attention, @Nullable Experts experts) {
    return new ModelConfig(
        type,
        widths.vocabulary(),
        widths.hidden(),
        widths.intermediate(),
        widths.blocks(),
        attention,
        new Rotary(10_000, null),
        experts,
        1e-5f,
        widths.positions(),
        false,
        new SpecialTokens(OptionalInt.empty(), List.of()));
  }

  /** The shape of that name. */
  public static Optional<ModelConfig> of(String name) {
    return Optional.ofNullable(SHAPES.get(name));
  }

  /** All names. */
  public static List<String> names() {
    return List.copyOf(SHAPES.keySet());
  }
}
