package halfstep.llm;

import halfstep.llm.Stage.Linear;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.Map;

/** {@code down(silu(gate(x)) · up(x))}. */
final class GatedMlp implements Sublayer {

  static final String GATE = "mlp.gate_proj";
  static final String UP = "mlp.up_proj";
  static final String DOWN = "mlp.down_proj";

  private final List<Stage> stages;

  GatedMlp(ModelConfig config) {
    Shape wide = new Shape(config.intermediateSize(), config.hiddenSize());
    Shape narrow = new Shape(config.hiddenSize(), config.intermediateSize());
    this.stages =
        List.of(
            Stage.of(new Linear(GATE, wide), new Linear(UP, wide)),
            Stage.of(new Linear(DOWN, narrow)));
  }

  @Override
  public List<Stage> stages() {
    return stages;
  }

  @Override
  public List<ScalePlan> scalePlans() {
    return List.of(ScalePlan.afterNorm(0, List.of(GATE, UP)), ScalePlan.after(UP, 1, DOWN));
  }

  @Override
  public Map<String, Shape> others() {
    return Map.of();
  }

  @Override
  public Matrix run(Matrix input, Stretch stretch, BlockWeights weights, StageInputs inputs) {
    inputs.accept(0, input, null);
    Matrix gate = weights.apply(GATE, input);
    Rows.swiGlu(gate, weights.apply(UP, input));
    inputs.accept(1, gate, null);
    return weights.apply(DOWN, gate);
  }
}
