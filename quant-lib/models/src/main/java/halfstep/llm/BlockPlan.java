package halfstep.llm;

import halfstep.llm.Stage.Linear;
import halfstep.llm.Sublayer.StageInputs;
import halfstep.llm.Sublayer.Weights;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * What a block computes: residual halves, each with its norm. All blocks of a model share one plan.
 *
 * @param halves in order
 * @param normEpsilon of the norms
 */
record BlockPlan(List<Half> halves, float normEpsilon) {

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

  /** The plan of a Llama block. */
  static BlockPlan llama(LlamaConfig config) {
    return new BlockPlan(
        List.of(
            new Half("input_layernorm", new SelfAttention(config)),
            new Half("post_attention_layernorm", new GatedMlp(config))),
        config.normEpsilon());
  }

  /** All linear layers in order. */
  List<Linear> linears() {
    return halves.stream()
        .flatMap(half -> half.sublayer().stages().stream())
        .flatMap(stage -> stage.linears().stream())
        .toList();
  }

  /** Hears the input of each stage of each half. */
  @FunctionalInterface
  interface Listener {
    /** Ignores them. */
    Listener NONE = (half, stage, input) -> {};

    /**
     * @param half number of the half
     * @param stage number of the stage in it
     * @param input what its layers read; not to be modified
     */
    void accept(int half, int stage, Matrix input);
  }

  /**
   * Runs a block.
   *
   * @param x the residual stream, {@code tokens × hidden}; overwritten with the block's output
   * @param weights of linear layers and norms, by name within the block
   */
  void run(Matrix x, TokenWindows windows, Weights weights, Listener listener) {
    for (int h = 0; h < halves.size(); h++) {
      Half half = halves.get(h);
      int number = h;
      StageInputs inputs = (stage, input) -> listener.accept(number, stage, input);
      Matrix normed = Rows.rmsNorm(x, weights.get(half.norm()), normEpsilon);
      Rows.add(x, half.sublayer().run(normed, windows, weights, inputs));
    }
  }
}
