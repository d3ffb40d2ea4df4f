package halfstep.lab.memory;

import halfstep.job.LayerSpecs;
import halfstep.llm.ModelConfig;
import halfstep.quant.EffectiveBits;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a model takes on one device: what lies there throughout, and what each layer of a forward
 * pass needs on top.
 *
 * <p>Assumed: weights that are not quantized and activations have 16 bits, logits 32; attention is
 * computed without a matrix of scores (FlashAttention); of each sequence only the last token of a
 * pass gets logits; buffers of a layer are free after it.
 *
 * @param settings how it is served
 * @param parameters of the whole model
 * @param weights of its linear layers
 * @param layers bytes of its linear layers, with scales, zeros and padding
 * @param embeddings bytes of embedding and output head
 * @param others bytes of norms, biases and routers
 * @param cache bytes of keys and values
 * @param steps layers in the order in which they run
 */
public record MemoryPlan(
    ServingSettings settings,
    long parameters,
    long weights,
    long layers,
    long embeddings,
    long others,
    long cache,
    List<MemoryStep> steps) {

  private static final int HALF = Short.BYTES;

  /** Takes a copy of the list. */
  public MemoryPlan {
    steps = List.copyOf(steps);
  }

  /**
   * Plans.
   *
   * @throws IllegalArgumentException if heads cannot be shared among the devices, or the context is
   *     longer than the model's
   * @throws ShapeException naming the layer, if groups do not divide it
   */
  public static MemoryPlan of(ModelConfig config, ServingSettings settings) {
    requireFit(config, settings);
    Map<String, Shape> tensors = config.tensors();
    Set<String> linear = new HashSet<>();
    config.linearLayers().forEach(layer -> linear.add(layer + ".weight"));
    long layers = 0;
    long embeddings = 0;
    long others = 0;
    long parameters = 0;
    long weights = 0;
    for (Map.Entry<String, Shape> tensor : tensors.entrySet()) {
      Shape shape = tensor.getValue();
      parameters += shape.size();
      if (linear.contains(tensor.getKey())) {
        String layer = tensor.getKey().replaceFirst("\\.weight$", "");
        weights += shape.size();
        layers += share(bytes(settings.specs(), layer, shape), settings.gpus());
      } else if (shape.rows() == config.vocabSize()) {
        embeddings += share(HALF * shape.size(), settings.gpus());
      } else {
        others += HALF * shape.size();
      }
    }
    return new MemoryPlan(
        settings,
        parameters,
        weights,
        layers,
        embeddings,
        others,
        cache(config, settings),
        new MemorySteps(config, settings).all());
  }

  private static void requireFit(ModelConfig config, ServingSettings settings) {
    int heads = config.heads();
    if (heads % settings.gpus() != 0) {
      throw new IllegalArgumentException(
          "%d heads cannot be shared by %d devices; numbers that can: %s"
              .formatted(heads, settings.gpus(), divisors(heads)));
    }
    if (settings.context() > config.maxPositions()) {
      throw new IllegalArgumentException(
          "a context of %d tokens is longer than the model's %d"
              .formatted(settings.context(), config.maxPositions()));
    }
  }

  private static String divisors(int heads) {
    List<String> found = new ArrayList<>();
    for (int n = 1; n <= heads; n++) {
      if (heads % n == 0) {
        found.add(Integer.toString(n));
      }
    }
    return String.join(", ", found);
  }

  /**
   * Bytes of a linear layer in all, rounded up.
   *
   * @param specs 16 bits if empty
   * @param shape {@code out × in}
   */
  public static long bytes(Optional<LayerSpecs> specs, String layer, Shape shape) {
    if (specs.isEmpty()) {
      return HALF * shape.size();
    }
    try {
      double bits = EffectiveBits.of(specs.get().of(layer), shape) * shape.size();
      return (long) Math.ceil(bits / Byte.SIZE - 1e-6);
    } catch (ShapeException e) {
      throw new ShapeException("layer %s: %s".formatted(layer, e.getMessage()));
    }
  }

  static long share(long bytes, int devices) {
    return Math.ceilDiv(bytes, devices);
  }

  /** Two values per key-value head, channel, remembered token, block and sequence. */
  private static long cache(ModelConfig config, ServingSettings settings) {
    long heads = Math.ceilDiv(config.keyValueHeads(), settings.gpus());
    long remembered =
        Math.min(settings.context(), config.attention().window().orElse(settings.context()));
    long values = 2L * config.layers() * heads * config.headDim() * remembered * settings.batch();
    return values * settings.cacheBits() / Byte.SIZE;
  }

  /** What lies on the device throughout. */
  public long resident() {
    return layers + embeddings + others + cache + settings.reserve();
  }

  /** The most that a layer needs on top. */
  public long mostOnTop(boolean fused) {
    return steps.stream().mapToLong(step -> step.bytes(fused)).max().orElse(0);
  }

  /** The most that is ever taken. */
  public long peak(boolean fused) {
    return resident() + mostOnTop(fused);
  }

  /**
   * Bytes that all linear layers together may take, on all devices, so that the peak of fused
   * kernels fits; whatever they take in this plan. Negative if not even the rest fits.
   *
   * @param vram bytes of each device
   */
  public long roomForLayers(long vram) {
    return settings.gpus() * (vram - (peak(true) - layers));
  }

  /** Effective bits per weight of the linear layers. */
  public double bitsPerWeight() {
    return (double) Byte.SIZE * layers * settings.gpus() / weights;
  }
}
