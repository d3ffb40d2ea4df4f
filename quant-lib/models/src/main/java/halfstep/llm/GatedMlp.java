package halfstep.llm;

import halfstep.llm.Stage.Judged;
import halfstep.llm.Stage.Linear;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;

/** {@code down(silu(gate(x)) · up(x))}. */
final class GatedMlp implements Sublayer {

  private static final String GATE = "mlp.gate_proj";
  private static final String UP = "mlp.up_proj";
  private static final String DOWN = "mlp.down_proj";

  private final List<Stage> stages;

  GatedMlp(LlamaConfig config) {
    Shape wide = new Shape(config.intermediateSize(), config.hiddenSize());
    Shape narrow = new Shape(config.hiddenSize(), config.intermediateSize());
    this.stages =
        List.of(
            new Stage(List.of(new Linear(GATE, wide), new Linear(UP, wide)), Judged.SUBLAYER),
            new Stage(List.of(new Linear(DOWN, narrow)), Judged.LAYER));
  }

  @Override
  public List<Stage> stages() {
    return stages;
  }

  @Override
  public Matrix run(Matrix input, TokenWindows windows, Weights weights, StageInputs inputs) {
    inputs.accept(0, input);
    Matrix gate = Matmul.timesTransposed(input, weights.get(GATE));
    Rows.swiGlu(gate, Matmul.timesTransposed(input, weights.get(UP)));
    inputs.accept(1, gate);
    return Matmul.timesTransposed(gate, weights.get(DOWN));
  }
}
