package halfstep.llm;

import halfstep.awq.ScaleFolding.Source;
import halfstep.calib.Inspected;
import halfstep.llm.BlockPlan.Half;
import halfstep.llm.Stage.Linear;
import halfstep.llm.Sublayer.StageInputs;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A block run once, with the input of every linear layer kept. Inputs are those of the unmodified
 * model: no layer sees another's quantization error.
 */
public final class BlockCapture {

  private record Place(int half, int stage) {}

  private final Model model;
  private final HiddenStates entrance;
  private final Matrix output;
  private final Map<Place, StageInput> inputs = new HashMap<>();
  private final WindowParts parts;

  BlockCapture(Model model, HiddenStates entrance, CaptureMemory memory) {
    this.model = model;
    this.entrance = entrance;
    this.parts = new WindowParts(entrance.windows());
    CaptureMemory.Share share = memory.share();
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      List<Stage> stages = halves.get(h).sublayer().stages();
      for (int s = 0; s < stages.size(); s++) {
        inputs.put(new Place(h, s), new StageInput(entrance.windows(), stages.get(s).in(), share));
      }
    }
    this.output = run();
    inputs.values().forEach(StageInput::finish);
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
                    Stretch.of(part),
                    model.blockWeights(block()),
                    (half, stage, input, rows) ->
                        at(new Place(half, stage)).put(input, rows, firstRow)));
    return states;
  }

  private StageInput at(Place place) {
    StageInput input = inputs.get(place);
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
   * @throws ModelException if there is no such layer, or no token reached it
   */
  public Matrix input(String layer) {
    return seen(layer)
        .orElseThrow(() ->
            new ModelException(
                "no token reached %s: its router never chose it. Use more or other text."
                    .formatted(layer)));
  }

  /** The same; empty if no token reached the layer, as may happen to an expert. */
  public Optional<Matrix> seen(String layer) {
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      List<Stage> stages = halves.get(h).sublayer().stages();
      for (int s = 0; s < stages.size(); s++) {
        if (fullNames(stages.get(s).linears().stream().map(Linear::name).toList())
            .contains(layer)) {
          return at(new Place(h, s)).matrix();
        }
      }
    }
    throw new ModelException(
        "%s is no layer of block %d; its layers are %s".formatted(layer, block(), layers()));
  }

  /** Full names of the layers that no token reached, in order. */
  public List<String> starved() {
    return layers().stream().filter(layer -> seen(layer).isEmpty()).toList();
  }

  /** The groups that AWQ searches, in order. Layers that no group holds keep plain rounding. */
  public List<ScaleGroup> scaleGroups() {
    List<ScaleGroup> groups = new ArrayList<>();
    List<Half> halves = model.plan().halves();
    for (int h = 0; h < halves.size(); h++) {
      for (ScalePlan plan : halves.get(h).sublayer().scalePlans()) {
        groups.add(group(halves.get(h), h, plan));
      }
    }
    return groups;
  }

  private ScaleGroup group(Half half, int number, ScalePlan plan) {
    StageInput input = at(new Place(number, plan.stage()));
    List<String> names = fullNames(plan.layers());
    return new ScaleGroup(
        block(),
        names,
        names.stream().map(model::weight).toList(),
        input.matrix().orElse(null),
        input.windowRows(),
        inspected(half.sublayer(), number, plan),
        new ScaleGroup.Place(source(half, plan), tensors(plan.alsoReading())));
  }

  private Source source(Half half, ScalePlan plan) {
    if (plan.previous().isEmpty()) {
      return new Source.Norm(tensor(half.norm()));
    }
    String layer = Layout.layer(block(), plan.previous().get());
    return new Source.Linear(layer + ".weight", model.bias(layer));
  }

  private List<String> tensors(List<String> names) {
    return names.stream().map(this::tensor).toList();
  }

  private String tensor(String name) {
    return Layout.layer(block(), name) + ".weight";
  }

  private Inspected inspected(Sublayer sublayer, int half, ScalePlan plan) {
    return switch (plan.judged()) {
      case SUBLAYER -> weights -> run(sublayer, half, replacing(plan.layers(), weights));
      case LAYER -> layer(at(new Place(half, plan.stage())).matrix());
    };
  }

  private BlockWeights replacing(List<String> names, List<Matrix> others) {
    Map<String, Matrix> changed = new HashMap<>();
    for (int i = 0; i < names.size(); i++) {
      changed.put(Layout.layer(block(), names.get(i)), others.get(i));
    }
    return model.withWeights(changed).blockWeights(block());
  }

  private Matrix recorded(int half, int stage) {
    return at(new Place(half, stage)).matrix().orElseGet(BlockCapture::none);
  }

  private Matrix run(Sublayer sublayer, int half, BlockWeights weights) {
    Matrix read = recorded(half, 0);
    Matrix result = Matrix.zeros(entrance.states().rows(), entrance.states().cols());
    parts.each(
        "a sublayer",
        (part, firstRow) -> {
          Matrix rows = WindowParts.rows(read, part, firstRow);
          Matrix output = sublayer.run(rows, Stretch.of(part), weights, StageInputs.NONE);
          WindowParts.put(output, result, firstRow);
        });
    return result;
  }

  private static Inspected layer(Optional<Matrix> inputs) {
    return inputs.map(Inspected::layer).orElse(weights -> none());
  }

  private static Matrix none() {
    throw new IllegalStateException("layers that no token reached were run");
  }

  private List<String> fullNames(List<String> names) {
    return names.stream().map(name -> Layout.layer(block(), name)).toList();
  }
}
