package halfstep.llm;

import halfstep.awq.ScaleFolding;
import halfstep.awq.ScaleFolding.Source;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.ChannelScales;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Linear layers that share their input and AWQ's channel scales, with what a search needs.
 *
 * @param block number of the block
 * @param layers full names, in the order of the weights that {@code inspected} takes
 * @param weights of the layers, each {@code out × in}; shared, not to be modified
 * @param input what they read in the original model, {@code tokens × in}; shared, not to be
 *     modified; null if no token reached them, as may happen to an expert
 * @param windowRows how many of its rows come from each calibration window
 * @param inspected the part on whose output their change is judged
 * @param place where scales are absorbed, and who else reads the input
 */
public record ScaleGroup(
    int block,
    List<String> layers,
    List<Matrix> weights,
    @Nullable Matrix input,
    List<Integer> windowRows,
    Inspected inspected,
    Place place) {

  /**
   * How a group is tied to the tensors around it.
   *
   * @param source what produces the input, as a folding names it
   * @param alsoReading tensors that read the input beside the layers, such as a router's weight
   */
  public record Place(Source source, List<String> alsoReading) {
    /** Takes a copy of the list. */
    public Place {
      alsoReading = List.copyOf(alsoReading);
    }
  }

  /** Takes copies of the lists. */
  public ScaleGroup {
    layers = List.copyOf(layers);
    weights = List.copyOf(weights);
    windowRows = List.copyOf(windowRows);
  }

  /** The layers' names within their block: {@code self_attn.q_proj+self_attn.k_proj+…}. */
  public String label() {
    return String.join(
        "+",
        layers.stream().map(name -> name.replaceFirst("^model\\.layers\\.\\d+\\.", "")).toList());
  }

  /** Whether no token reached the layers: there is nothing to search by, and scales stay 1. */
  public boolean starved() {
    return input == null;
  }

  /** Tokens that reached the layers. */
  public long tokens() {
    return input == null ? 0 : input.rows();
  }

  /**
   * The group of some of its layers; the others keep their weights. Empty if none is left.
   *
   * @param taken says which layers, by full name
   */
  public Optional<ScaleGroup> only(Predicate<String> taken) {
    List<Integer> kept =
        IntStream.range(0, layers.size()).filter(i -> taken.test(layers.get(i))).boxed().toList();
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    if (kept.size() == layers.size()) {
      return Optional.of(this);
    }
    Inspected others =
        some -> {
          List<Matrix> all = new ArrayList<>(weights);
          for (int i = 0; i < kept.size(); i++) {
            all.set(kept.get(i), some.get(i));
          }
          return inspected.run(all);
        };
    return Optional.of(
        new ScaleGroup(
            block,
            kept.stream().map(layers::get).toList(),
            kept.stream().map(weights::get).toList(),
            input,
            windowRows,
            others,
            place));
  }

  /** Statistics of the input; of no token if the group is starved. */
  public Activations activations() {
    return input == null
        ? new Activations(Math.toIntExact(weights.getFirst().cols()))
        : Activations.of(input);
  }

  /** The same for each calibration window, in order. */
  public List<Activations> activationsPerWindow() {
    if (input == null) {
      return windowRows.stream().map(none -> activations()).toList();
    }
    return Activations.perWindow(input, windowRows.stream().mapToInt(Integer::intValue).toArray());
  }

  /** Where scales of this group go so that the model computes what it did before. */
  public ScaleFolding folding(ChannelScales scales) {
    return new ScaleFolding(
        scales, place.source(), Stream.concat(tensors(), place.alsoReading().stream()).toList());
  }

  /**
   * The same as AutoAWQ does it: a router is left as it is, so that the scaled model is another
   * function.
   */
  public ScaleFolding foldingAsAutoAwq(ChannelScales scales) {
    return new ScaleFolding(scales, place.source(), tensors().toList());
  }

  private Stream<String> tensors() {
    return layers.stream().map(layer -> layer + ".weight");
  }

  @Override
  public String toString() {
    return "block %d %s, %d tokens".formatted(block, label(), tokens());
  }
}
