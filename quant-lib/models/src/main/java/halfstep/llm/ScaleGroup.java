package halfstep.llm;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.tensor.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Linear layers that share their input and AWQ's channel scales, with what a search needs.
 *
 * @param block number of the block
 * @param layers full names, in the order of the weights that {@code inspected} takes
 * @param weights of the layers, each {@code out × in}; shared, not to be modified
 * @param input what they read in the original model, {@code tokens × in}; shared, not to be
 *     modified
 * @param inspected the part on whose output their change is judged
 */
public record ScaleGroup(
    int block, List<String> layers, List<Matrix> weights, Matrix input, Inspected inspected) {

  /** Takes copies of the lists. */
  public ScaleGroup {
    layers = List.copyOf(layers);
    weights = List.copyOf(weights);
  }

  /** The layers' names within their block: {@code self_attn.q_proj+self_attn.k_proj+…}. */
  public String label() {
    return String.join(
        "+",
        layers.stream().map(name -> name.replaceFirst("^model\\.layers\\.\\d+\\.", "")).toList());
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
            others));
  }

  /** Statistics of the input. */
  public Activations activations() {
    return Activations.of(input);
  }

  @Override
  public String toString() {
    return "block %d %s, %d tokens".formatted(block, label(), input.rows());
  }
}
