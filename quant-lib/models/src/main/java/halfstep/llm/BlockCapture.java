package halfstep.llm;

import halfstep.calib.Inspected;
import halfstep.llm.BlockPlan.Half;
import halfstep.llm.Stage.Judged;
import halfstep.llm.Stage.Linear;
import halfstep.llm.Sublayer.StageInputs;
import halfstep.llm.Sublayer.Weights;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A block run once, with the input of every linear layer kept. Inputs are those of the unmodified
 * model: no layer sees another's quantization error.
 */
public final class BlockCapture {

  private record Place(int half, int stage) {}

  private final Model model;
  private final HiddenStates entrance;
  private final Matrix output;
  private final Map<Place, Matrix> inputs = new HashMap<>();
  private final WindowParts parts;

  BlockCapture(Model model, HiddenStates entrance) {
    this.model = model;
    this.entrance = entrance;
    this.parts = new WindowParts(entrance.windows());
    int tokens = entrance.windows().tokens();
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      List<Stage> stages = halves.get(h).sublayer().stages();
      for (int s = 0; s < stages.size(); s++) {
        long in = stages.get(s).linears().getFirst().shape().cols();
        inputs.put(new Place(h, s), Matrix.zeros(tokens, in));
      }
    }
    this.output = run();
  }

  private Matrix run() {
    Matrix states = entrance.states().copy();
    parts.each(
        "a block",
        (part, firstRow) ->
            model
                .plan()
                .run(
                    WindowParts.rows(states, part, firstRow),
                    part,
                    model.blockWeights(block()),
                    (half, stage, input) ->
                        WindowParts.put(input, input(new Place(half, stage)), firstRow)));
    return states;
  }

  private Matrix input(Place place) {
    Matrix input = inputs.get(place);
    if (input == null) {
      throw new IllegalStateException("no room was made for the input of " + place);
    }
    return input;
  }

  /** Number of the block. */
  public int block() {
    return entrance.block();
  }

  /** The residual stream after the block: the entrance of the next. */
  public HiddenStates output() {
    return new HiddenStates(block() + 1, entrance.windows(), output);
  }

  /** Full names of the block's linear layers, in order. */
  public List<String> layers() {
    return model.layersOf(block());
  }

  /**
   * What a layer read.
   *
   * @param layer full name of a layer of this block
   * @return {@code tokens × in}; shared, not to be modified
   */
  public Matrix input(String layer) {
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      List<Stage> stages = halves.get(h).sublayer().stages();
      for (int s = 0; s < stages.size(); s++) {
        if (fullNames(stages.get(s)).contains(layer)) {
          return input(new Place(h, s));
        }
      }
    }
    throw new ModelException(
        "%s is no layer of block %d; its layers are %s".formatted(layer, block(), layers()));
  }

  /** The groups that AWQ searches, in order. Layers that no group holds keep plain rounding. */
  public List<ScaleGroup> scaleGroups() {
    List<ScaleGroup> groups = new ArrayList<>();
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      Sublayer sublayer = halves.get(h).sublayer();
      for (int s = 0; s < sublayer.stages().size(); s++) {
        Stage stage = sublayer.stages().get(s);
        if (stage.judged() != Judged.NOT_SCALED) {
          groups.add(group(stage, inspected(sublayer, h, s), input(new Place(h, s))));
        }
      }
    }
    return groups;
  }

  private ScaleGroup group(Stage stage, Inspected inspected, Matrix input) {
    List<String> names = fullNames(stage);
    return new ScaleGroup(
        block(), names, names.stream().map(model::weight).toList(), input, inspected);
  }

  private Inspected inspected(Sublayer sublayer, int half, int number) {
    Stage stage = sublayer.stages().get(number);
    return switch (stage.judged()) {
      case SUBLAYER -> weights -> run(sublayer, half, replacing(stage, weights));
      case LAYER -> weights -> product(input(new Place(half, number)), weights.getFirst());
      case NOT_SCALED ->
          throw new IllegalArgumentException(stage.names() + " are not scaled together");
    };
  }

  private Weights replacing(Stage stage, List<Matrix> others) {
    List<String> names = stage.names();
    Weights original = model.blockWeights(block());
    return name -> names.contains(name) ? others.get(names.indexOf(name)) : original.get(name);
  }

  private Matrix run(Sublayer sublayer, int half, Weights weights) {
    Matrix read = input(new Place(half, 0));
    Matrix result = Matrix.zeros(entrance.states().rows(), entrance.states().cols());
    parts.each(
        "a sublayer",
        (part, firstRow) -> {
          Matrix rows = WindowParts.rows(read, part, firstRow);
          WindowParts.put(sublayer.run(rows, part, weights, StageInputs.NONE), result, firstRow);
        });
    return result;
  }

  private Matrix product(Matrix read, Matrix weight) {
    Matrix result = Matrix.zeros(read.rows(), weight.rows());
    parts.each(
        "a layer",
        (part, firstRow) ->
            WindowParts.put(
                Matmul.timesTransposed(WindowParts.rows(read, part, firstRow), weight),
                result,
                firstRow));
    return result;
  }

  private List<String> fullNames(Stage stage) {
    return stage.linears().stream().map(Linear::name).map(n -> Model.layer(block(), n)).toList();
  }
}
