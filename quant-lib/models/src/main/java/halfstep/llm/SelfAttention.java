package halfstep.llm;

import halfstep.llm.ModelConfig.Attention;
import halfstep.llm.Stage.Linear;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Grouped-query self-attention with rotary positions. */
final class SelfAttention implements Sublayer {

  static final String Q = "self_attn.q_proj";
  static final String K = "self_attn.k_proj";
  static final String V = "self_attn.v_proj";
  static final String O = "self_attn.o_proj";
  static final String Q_NORM = "self_attn.q_norm";
  static final String K_NORM = "self_attn.k_norm";

  private final Attention config;
  private final float normEpsilon;
  private final List<Stage> stages;
  private final List<ScalePlan> scalePlans = new ArrayList<>();
  private final Rope rope;
  private final CausalAttention attention;

  SelfAttention(ModelConfig model) {
    this.config = model.attention();
    this.normEpsilon = model.normEpsilon();
    this.rope = new Rope(model);
    this.attention = new CausalAttention(config);
    Shape query = new Shape(config.queryWidth(), model.hiddenSize());
    Shape keyValue = new Shape(config.keyValueWidth(), model.hiddenSize());
    Shape output = new Shape(model.hiddenSize(), config.queryWidth());
    this.stages =
        List.of(
            Stage.of(
                new Linear(Q, query, config.biases()),
                new Linear(K, keyValue, config.biases()),
                new Linear(V, keyValue, config.biases())),
            Stage.of(new Linear(O, output)));
    scalePlans.add(ScalePlan.afterNorm(0, List.of(Q, K, V)));
    // the rows of v can absorb o's scales only if each of o's inputs is one of v's outputs
    if (keyValue.equals(output)) {
      scalePlans.add(ScalePlan.after(V, 1, O));
    }
  }

  @Override
  public List<Stage> stages() {
    return stages;
  }

  @Override
  public List<ScalePlan> scalePlans() {
    return List.copyOf(scalePlans);
  }

  @Override
  public Map<String, Shape> others() {
    Shape head = new Shape(1, config.headDim());
    return config.normed() ? Map.of(Q_NORM, head, K_NORM, head) : Map.of();
  }

  @Override
  public Matrix run(Matrix input, Stretch stretch, BlockWeights weights, StageInputs inputs) {
    inputs.accept(0, input, null);
    Matrix q = normed(weights.apply(Q, input), Q_NORM, weights);
    Matrix k = normed(weights.apply(K, input), K_NORM, weights);
    Matrix v = weights.apply(V, input);
    Past past = stretch.past();
    int position = past.tokens();
    rope.turn(q, stretch.windows(), position);
    rope.turn(k, stretch.windows(), position);
    Matrix attended = attention.attend(q, past.keys(k), past.values(v), stretch);
    inputs.accept(1, attended, null);
    return weights.apply(O, attended);
  }

  /** Qwen3 normalizes each head of queries and keys. */
  private Matrix normed(Matrix x, String norm, BlockWeights weights) {
    if (!config.normed()) {
      return x;
    }
    Matrix heads = x.reshaped(x.size() / config.headDim(), config.headDim());
    return Rows.rmsNorm(heads, weights.get(norm), normEpsilon).reshaped(x.rows(), x.cols());
  }
}
