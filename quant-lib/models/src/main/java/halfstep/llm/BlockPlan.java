package halfstep.llm;

import halfstep.llm.Stage.Linear;
import halfstep.llm.Sublayer.StageInputs;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a block computes: residual halves, each with its norm. All blocks of a model share one plan.
 *
 * @param halves in order
 * @param normEpsilon of the norms
 */
record BlockPlan(List<Half> halves, float normEpsilon) {

  static final String ATTENTION_NORM = "input_layernorm";
  static final String MLP_NORM = "post_attention_layernorm";

  /**
   * One residual half.
   *
   * @param norm name of its norm within the block
   * @param sublayer what runs on the normalized input
   */
  record Half(String norm, Sublayer sublayer) {}

  BlockPlan {
    halves = List.copyOf(halves);
  }

  /** The plan of a model's blocks. */
  static BlockPlan of(ModelConfig config) {
    Sublayer mlp =
        config
            .mixture()
            .<Sublayer>map(experts -> new ExpertMlp(config, experts))
            .orElseGet(() -> new GatedMlp(config));
    return new BlockPlan(
        List.of(new Half(ATTENTION_NORM, new SelfAttention(config)), new Half(MLP_NORM, mlp)),
        config.normEpsilon());
  }

  /** All linear layers in order. */
  List<Linear> linears() {
    return halves.stream()
        .flatMap(half -> half.sublayer().stages().stream())
        .flatMap(stage -> stage.linears().stream())
        .toList();
  }

  /** Norms and routers: name within the block to shape. */
  Map<String, Shape> others(long hidden) {
    Map<String, Shape> others = new LinkedHashMap<>();
    for (Half half : halves) {
      others.put(half.norm(), new Shape(1, hidden));
      others.putAll(half.sublayer().others());
    }
    return others;
  }

  /** Hears the input of each stage of each half. */
  @FunctionalInterface
  interface Listener {
    /** Ignores them. */
    Listener NONE = (half, stage, input, rows) -> {};

    /**
     * @param half number of the half
     * @param stage number of the stage in it
     * @param input what its layers read; not to be modified
     * @param rows numbers of the stream's rows that got here, ascending, or null if all did
     */
    void accept(int half, int stage, Matrix input, int @Nullable [] rows);
  }

  /**
   * Runs a block.
   *
   * @param x the residual stream, {@code tokens × hidden}; overwritten with the block's output
   */
  void run(Matrix x, Stretch stretch, BlockWeights weights, Listener listener) {
    for (int h = 0; h < halves.size(); h++) {
      Half half = halves.get(h);
      int number = h;
      StageInputs inputs = (stage, input, rows) -> listener.accept(number, stage, input, rows);
      Matrix normed = Rows.rmsNorm(x, weights.get(half.norm()), normEpsilon);
      Rows.add(x, half.sublayer().run(normed, stretch, weights, inputs));
    }
  }
}
