package halfstep.lab.lora;

import halfstep.llm.Model;
import halfstep.llm.ModelConfig;
import halfstep.llm.ModelException;
import halfstep.llm.Rope;
import halfstep.llm.TokenWindows;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * A model whose weights are frozen, with an adapter on every linear layer of its blocks. Embedding,
 * norms and head stay as they are. For one thread at a time; products use all cores.
 */
final class AdaptedModel {

  private static final String BLOCK = "model.layers.%d.%s.weight";

  private final Model model;
  private final Norm finalNorm;
  private final Matrix head; // vocabulary × hidden
  private final Matrix headTransposed;
  private final List<AdaptedBlock> blocks = new ArrayList<>();

  /**
   * @param model its weights are used as they are, whatever they were quantized to
   * @throws ModelException if its blocks have parts whose gradient is not written out here
   */
  AdaptedModel(Model model, LoraConfig config) {
    requirePlain(model);
    this.model = model;
    ModelConfig shape = model.config();
    this.finalNorm = norm("model.norm.weight");
    this.head =
        model
            .checkpoint()
            .matrix(shape.tiedEmbeddings() ? "model.embed_tokens.weight" : "lm_head.weight");
    this.headTransposed = Dense.transposed(head);
    Rope rope = new Rope(shape);
    Attention attention = new Attention(shape.attention());
    SplittableRandom random = new SplittableRandom(config.seed());
    for (int b = 0; b < shape.layers(); b++) {
      AdaptedBlock.Parts parts =
          new AdaptedBlock.Parts(
              norm(BLOCK.formatted(b, "input_layernorm")),
              norm(BLOCK.formatted(b, "post_attention_layernorm")),
              attention,
              rope);
      Map<String, AdaptedLinear> layers = new LinkedHashMap<>();
      for (String layer : model.layersOf(b)) {
        layers.put(layer, new AdaptedLinear(model.weight(layer), config, random));
      }
      blocks.add(new AdaptedBlock(parts, layers));
    }
  }

  private static void requirePlain(Model model) {
    ModelConfig config = model.config();
    String has =
        config.mixture().isPresent()
            ? "experts"
            : config.attention().biases()
                ? "biases on q, k and v"
                : config.attention().normed() ? "norms on its queries and keys" : "";
    if (!has.isEmpty()) {
      throw new ModelException(
          "%s has %s, through which this trainer knows no gradient; it trains blocks like Llama's, such as those of natural"
              .formatted(model.folder().getFileName(), has));
    }
  }

  private Norm norm(String tensor) {
    return new Norm(model.checkpoint().matrix(tensor), model.config().normEpsilon());
  }

  /** All that is learnt, in a fixed order. */
  List<Parameter> parameters() {
    return blocks.stream()
        .flatMap(block -> block.layers().values().stream())
        .flatMap(layer -> layer.parameters().stream())
        .toList();
  }

  /** The loss on some windows, in nats. */
  double loss(TokenWindows windows) {
    return CrossEntropy.of(logits(windows, new ArrayList<>()), windows).loss();
  }

  /** The loss; clears the gradients, then fills them. */
  double lossAndGradients(TokenWindows windows) {
    parameters().forEach(Parameter::clearGradient);
    List<Pass> passes = new ArrayList<>();
    CrossEntropy found = CrossEntropy.of(logits(windows, passes), windows);
    Matrix slope = Matmul.timesTransposed(found.slope(), headTransposed);
    for (Pass pass : passes.reversed()) {
      slope = pass.back().apply(slope);
    }
    return found.loss();
  }

  /** A new matrix; the passes through blocks and final norm are added in order. */
  private Matrix logits(TokenWindows windows, List<Pass> passes) {
    Matrix x = model.embed(windows).states();
    for (AdaptedBlock block : blocks) {
      Pass pass = block.forward(x, windows);
      passes.add(pass);
      x = pass.output();
    }
    Pass normed = finalNorm.forward(x);
    passes.add(normed);
    return Matmul.timesTransposed(normed.output(), head);
  }

  /** {@code W + s·B·A} of every layer, by full name; new matrices. */
  Map<String, Matrix> merged() {
    Map<String, Matrix> merged = new LinkedHashMap<>();
    blocks.forEach(
        block -> block.layers().forEach((name, layer) -> merged.put(name, layer.merged())));
    return merged;
  }

  /** The model with its adapters merged into its weights. */
  Model mergedModel() {
    return model.withWeights(merged());
  }
}
