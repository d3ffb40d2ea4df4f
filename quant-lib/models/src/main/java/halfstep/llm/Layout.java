package halfstep.llm;

import halfstep.llm.Stage.Linear;
import halfstep.safetensors.Names;
import halfstep.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Which layers and tensors a model consists of, and what each is called. Immutable. */
final class Layout {

  static final String EMBEDDING = "model.embed_tokens.weight";
  static final String FINAL_NORM = "model.norm.weight";
  private static final String HEAD = "lm_head.weight";

  private final ModelConfig config;
  private final BlockPlan plan;
  private final Map<String, Linear> linears = new LinkedHashMap<>();

  Layout(ModelConfig config) {
    this.config = config;
    this.plan = BlockPlan.of(config);
    for (int block = 0; block < config.layers(); block++) {
      for (Linear linear : plan.linears()) {
        linears.put(layer(block, linear.name()), linear);
      }
    }
  }

  ModelConfig config() {
    return config;
  }

  BlockPlan plan() {
    return plan;
  }

  static String layer(int block, String name) {
    return "model.layers." + block + "." + name;
  }

  static String tensor(String layer) {
    return layer + ".weight";
  }

  /** The weight of the output head. */
  String head() {
    return config.tiedEmbeddings() ? EMBEDDING : HEAD;
  }

  /** Full names of all linear layers, in the order in which they run. */
  List<String> layers() {
    return List.copyOf(linears.keySet());
  }

  /** A layer by its full name; refuses another one with the nearest. */
  Linear linear(String layer) {
    Linear linear = linears.get(layer);
    if (linear == null) {
      throw new ModelException(
          "there is no linear layer %s%s".formatted(layer, Names.nearest(layer, layers())));
    }
    return linear;
  }

  /** The tensor of a layer's bias, if it has one. */
  Optional<String> bias(String layer) {
    return linear(layer).bias() ? Optional.of(layer + ".bias") : Optional.empty();
  }

  void requireBlock(int block) {
    if (block < 0 || block >= config.layers()) {
      throw new ModelException(
          "there is no block %d; the model has blocks 0 to %d"
              .formatted(block, config.layers() - 1));
    }
  }

  /** Every tensor that the forward pass reads, with its shape, in the order in which it does. */
  Map<String, Shape> tensors() {
    Map<String, Shape> tensors = new LinkedHashMap<>();
    Shape vocabulary = new Shape(config.vocabSize(), config.hiddenSize());
    tensors.put(EMBEDDING, vocabulary);
    for (int block = 0; block < config.layers(); block++) {
      for (Linear linear : plan.linears()) {
        String layer = layer(block, linear.name());
        tensors.put(tensor(layer), linear.shape());
        bias(layer).ifPresent(bias -> tensors.put(bias, new Shape(1, linear.shape().rows())));
      }
      int number = block;
      plan.others(config.hiddenSize())
          .forEach((name, shape) -> tensors.put(tensor(layer(number, name)), shape));
    }
    tensors.put(FINAL_NORM, new Shape(1, config.hiddenSize()));
    tensors.put(head(), vocabulary);
    return tensors;
  }
}
