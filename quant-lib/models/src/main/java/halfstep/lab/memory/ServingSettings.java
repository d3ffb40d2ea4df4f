package halfstep.lab.memory;

import halfstep.job.LayerSpecs;
import java.util.Optional;

/**
 * How a model is to be served.
 *
 * @param specs into what its linear layers are quantized; empty for 16 bits a weight
 * @param context tokens of the longest sequence
 * @param batch sequences at once
 * @param gpus devices that share each layer (tensor parallelism)
 * @param cacheBits bits of a key or value in the cache: 16, 8 or 4
 * @param stepTokens most tokens that run through a layer at once while prompts are read
 * @param reserve bytes on each device for its driver, kernels and fragmentation
 */
public record ServingSettings(
    Optional<LayerSpecs> specs,
    int context,
    int batch,
    int gpus,
    int cacheBits,
    int stepTokens,
    long reserve) {

  /** Tokens at once that engines read prompts with, where nothing else is said. */
  public static final int USUAL_STEP = 2048;

  /** What is kept free for driver, kernels and fragmentation: an assumption, not a measurement. */
  public static final long USUAL_RESERVE = 768L << 20;

  /** Refuses what nothing can be served with. */
  public ServingSettings {
    if (context < 1 || batch < 1 || gpus < 1 || stepTokens < 1 || reserve < 0) {
      throw new IllegalArgumentException(
          "context %d, batch %d, %d devices, %d tokens at once, %d bytes reserved: each at least 1, the reserve at least 0"
              .formatted(context, batch, gpus, stepTokens, reserve));
    }
    if (cacheBits != 16 && cacheBits != 8 && cacheBits != 4) {
      throw new IllegalArgumentException(
          "a cache of %d bits per value is not known; 16, 8 or 4".formatted(cacheBits));
    }
  }

  /** One device, one sequence, a cache of 16 bits. */
  public static ServingSettings of(Optional<LayerSpecs> specs, int context) {
    return new ServingSettings(specs, context, 1, 1, 16, USUAL_STEP, USUAL_RESERVE);
  }

  /** The same with another number of sequences. */
  public ServingSettings withBatch(int other) {
    return new ServingSettings(specs, context, other, gpus, cacheBits, stepTokens, reserve);
  }

  /** The same with another context. */
  public ServingSettings withContext(int other) {
    return new ServingSettings(specs, other, batch, gpus, cacheBits, stepTokens, reserve);
  }

  /** The same with other weights. */
  public ServingSettings with(Optional<LayerSpecs> other) {
    return new ServingSettings(other, context, batch, gpus, cacheBits, stepTokens, reserve);
  }

  /** Tokens that run through a layer at once: a stretch of prompts, or one of each sequence. */
  long tokensAtOnce() {
    return Math.max(batch, Math.min((long) batch * context, stepTokens));
  }
}
