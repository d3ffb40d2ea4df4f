package halfstep.lab.memory;

import halfstep.job.LayerSpecs;
import halfstep.llm.ModelConfig;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A model in one width on one card.
 *
 * @param name {@code 16 bit}, {@code 4 bit g64}
 * @param plan what it takes, as the settings ask
 * @param sequences that fit at once with fused kernels; 0 if not even one
 * @param sequencesWhole the same where layers are dequantized whole
 * @param context the longest that fits for the settings' sequences, with fused kernels
 * @param card the smallest card that holds the plan, in GiB; empty if none does
 */
public record ServingOption(
    String name,
    MemoryPlan plan,
    int sequences,
    int sequencesWhole,
    int context,
    OptionalDouble card) {

  /**
   * Plans one width.
   *
   * @param specs into what the linear layers are quantized; 16 bits if empty
   * @param vram bytes of each device
   */
  public static ServingOption of(
      ModelConfig config, ServingSettings settings, Optional<LayerSpecs> specs, long vram) {
    ServingSettings own = settings.with(specs);
    MemoryPlan plan = MemoryPlan.of(config, own);
    return new ServingOption(
        specs.map(quantized -> quantized.usual().label()).orElse("16 bit"),
        plan,
        Fit.sequences(config, own, true, vram),
        Fit.sequences(config, own, false, vram),
        Fit.context(config, own, true, vram),
        Fit.card(plan.peak(true)));
  }
}
