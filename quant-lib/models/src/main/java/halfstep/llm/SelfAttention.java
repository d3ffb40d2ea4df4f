package halfstep.llm;

import halfstep.llm.Stage.Judged;
import halfstep.llm.Stage.Linear;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;

/** Grouped-query self-attention with rotary positions. */
final class SelfAttention implements Sublayer {

  private static final String Q = "self_attn.q_proj";
  private static final String K = "self_attn.k_proj";
  private static final String V = "self_attn.v_proj";
  private static final String O = "self_attn.o_proj";

  private final List<Stage> stages;
  private final Rope rope;
  private final CausalAttention attention;

  SelfAttention(LlamaConfig config) {
    this.rope = new Rope(config);
    this.attention = new CausalAttention(config);
    long hidden = config.hiddenSize();
    Shape query = new Shape((long) config.heads() * config.headDim(), hidden);
    Shape keyValue = new Shape((long) config.keyValueHeads() * config.headDim(), hidden);
    Shape output = new Shape(hidden, query.rows());
    // the rows of v can absorb o's scales only if each of o's inputs is one of v's outputs
    Judged outputJudged = keyValue.equals(output) ? Judged.LAYER : Judged.NOT_SCALED;
    this.stages =
        List.of(
            new Stage(
                List.of(new Linear(Q, query), new Linear(K, keyValue), new Linear(V, keyValue)),
                Judged.SUBLAYER),
            new Stage(List.of(new Linear(O, output)), outputJudged));
  }

  @Override
  public List<Stage> stages() {
    return stages;
  }

  @Override
  public Matrix run(Matrix input, TokenWindows windows, Weights weights, StageInputs inputs) {
    inputs.accept(0, input);
    Matrix q = Matmul.timesTransposed(input, weights.get(Q));
    Matrix k = Matmul.timesTransposed(input, weights.get(K));
    Matrix v = Matmul.timesTransposed(input, weights.get(V));
    rope.turn(q, windows);
    rope.turn(k, windows);
    Matrix attended = attention.attend(q, k, v, windows);
    inputs.accept(1, attended);
    return Matmul.timesTransposed(attended, weights.get(O));
  }
}
