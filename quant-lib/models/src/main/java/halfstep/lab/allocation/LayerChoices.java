package halfstep.lab.allocation;

import java.util.List;

/**
 * The ways of quantizing one layer.
 *
 * @param layer full name
 * @param weights how many it has
 * @param choices in the order of the solvers that were asked
 */
public record LayerChoices(String layer, long weights, List<MeasuredChoice> choices) {

  /** Takes a copy of the list. */
  public LayerChoices {
    choices = List.copyOf(choices);
  }

  List<KnapsackChoice> forKnapsack() {
    return choices.stream().map(choice -> new KnapsackChoice(choice.bytes(), choice.kl())).toList();
  }
}
