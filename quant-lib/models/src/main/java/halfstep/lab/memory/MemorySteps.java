package halfstep.lab.memory;

import halfstep.lab.Layers;
import halfstep.llm.ModelConfig;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the layers of a pass need while they run. Per token, in values of 16 bits: the residual
 * stream, what the layer reads, and what it and those beside it have written.
 */
final class MemorySteps {

  private static final int HALF = Short.BYTES;

  private final ModelConfig config;
  private final ServingSettings settings;
  private final long tokens;

  MemorySteps(ModelConfig config, ServingSettings settings) {
    this.config = config;
    this.settings = settings;
    this.tokens = settings.tokensAtOnce();
  }

  List<MemoryStep> all() {
    Map<String, Shape> tensors = config.tensors();
    List<MemoryStep> steps = new ArrayList<>();
    for (String layer : config.linearLayers()) {
      Shape shape = Objects.requireNonNull(tensors.get(layer + ".weight"));
      long workspace =
          settings.specs().isEmpty() ? 0 : MemoryPlan.share(HALF * shape.size(), settings.gpus());
      steps.add(new MemoryStep(layer, HALF * tokens * values(Layers.role(layer)), workspace));
    }
    long logits = Math.ceilDiv((long) config.vocabSize(), settings.gpus());
    long head = settings.batch() * (logits * Float.BYTES + (long) HALF * config.hiddenSize());
    steps.add(new MemoryStep("lm_head", head, 0));
    return steps;
  }

  /** Values per token that are alive while a layer of this role runs. */
  private long values(String role) {
    long hidden = config.hiddenSize();
    long query = share(config.attention().queryWidth());
    long keyValue = (long) Math.ceilDiv(config.keyValueHeads(), settings.gpus()) * config.headDim();
    long wide = share(config.intermediateSize()) * experts();
    return switch (role) {
      case "q_proj" -> 2 * hidden + query;
      case "k_proj" -> 2 * hidden + query + keyValue;
      case "v_proj" -> 2 * hidden + query + 2 * keyValue;
      case "o_proj" -> hidden + query + hidden;
      case "gate_proj", "w1" -> 2 * hidden + wide;
      case "up_proj", "w3" -> 2 * hidden + 2 * wide;
      case "down_proj", "w2" -> hidden + wide + hidden * experts();
      default ->
          throw new IllegalArgumentException(
              "what a layer called %s keeps alive is not known".formatted(role));
    };
  }

  private long experts() {
    return config.mixture().map(ModelConfig.Experts::perToken).orElse(1);
  }

  private long share(long width) {
    return Math.ceilDiv(width, settings.gpus());
  }
}
