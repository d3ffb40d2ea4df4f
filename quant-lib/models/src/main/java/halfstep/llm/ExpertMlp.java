package halfstep.llm;

import halfstep.llm.ModelConfig.Experts;
import halfstep.llm.Stage.Linear;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A mixture of gated MLPs: each token runs through the experts that its router finds most likely,
 * and their outputs are added by their renormalized probabilities (reference: transformers {@code
 * models/mixtral/modeling_mixtral.py}).
 *
 * <p>Stage 0 is what the router reads; stages {@code 1 + 2e} and {@code 2 + 2e} are expert {@code
 * e}'s, and see only the tokens routed to it. The router is never quantized, but reads the norm's
 * output as the experts do: whoever scales that output must scale the router too.
 */
final class ExpertMlp implements Sublayer {

  private static final String MOE = "block_sparse_moe.";
  private static final String ROUTER = MOE + "gate";

  private final Experts experts;
  private final Shape router;
  private final List<Stage> stages = new ArrayList<>();
  private final List<ScalePlan> scalePlans = new ArrayList<>();

  ExpertMlp(ModelConfig config, Experts experts) {
    this.experts = experts;
    Shape wide = new Shape(config.intermediateSize(), config.hiddenSize());
    Shape narrow = new Shape(config.hiddenSize(), config.intermediateSize());
    this.router = new Shape(experts.count(), config.hiddenSize());
    stages.add(new Stage(config.hiddenSize(), List.of()));
    scalePlans.add(
        ScalePlan.afterNorm(
            0,
            IntStream.range(0, experts.count())
                .boxed()
                .flatMap(e -> List.of(gate(e), up(e)).stream())
                .toList(),
            ROUTER));
    for (int e = 0; e < experts.count(); e++) {
      stages.add(Stage.of(new Linear(gate(e), wide), new Linear(up(e), wide)));
      scalePlans.add(ScalePlan.after(up(e), stages.size(), down(e)));
      stages.add(Stage.of(new Linear(down(e), narrow)));
    }
  }

  private static String gate(int expert) {
    return MOE + "experts." + expert + ".w1";
  }

  private static String up(int expert) {
    return MOE + "experts." + expert + ".w3";
  }

  private static String down(int expert) {
    return MOE + "experts." + expert + ".w2";
  }

  @Override
  public List<Stage> stages() {
    return List.copyOf(stages);
  }

  @Override
  public List<ScalePlan> scalePlans() {
    return List.copyOf(scalePlans);
  }

  @Override
  public Map<String, Shape> others() {
    return Map.of(ROUTER, router);
  }

  @Override
  public Matrix run(Matrix input, Stretch stretch, BlockWeights weights, StageInputs inputs) {
    inputs.accept(0, input, null);
    Routing routing =
        Routing.of(Matmul.timesTransposed(input, weights.get(ROUTER)), experts.perToken());
    Matrix result = Matrix.zeros(input.rows(), input.cols());
    for (int e = 0; e < experts.count(); e++) {
      int[] rows = routing.rows(e);
      if (rows.length > 0) {
        Matrix output = expert(e, Rows.gather(input, rows), rows, weights, inputs);
        Rows.addScaled(result, rows, output, routing.shares(e));
      }
    }
    return result;
  }

  private static Matrix expert(
      int e, Matrix input, int[] rows, BlockWeights weights, StageInputs inputs) {
    inputs.accept(1 + 2 * e, input, rows);
    Matrix gate = weights.apply(gate(e), input);
    Rows.swiGlu(gate, weights.apply(up(e), input));
    inputs.accept(2 + 2 * e, gate, rows);
    return weights.apply(down(e), gate);
  }
}
