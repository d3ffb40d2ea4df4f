package halfstep.job;

import halfstep.quant.QuantSpec;
import halfstep.safetensors.Names;
import java.util.List;

/**
 * Into what each layer is quantized.
 *
 * @param usual what holds unless a rule says otherwise
 * @param rules in order; a later one wins over an earlier one
 */
public record LayerSpecs(QuantSpec usual, List<LayerRule> rules) {

  /** Takes a copy of the list. */
  public LayerSpecs {
    rules = List.copyOf(rules);
  }

  /** The same for all layers. */
  public static LayerSpecs of(QuantSpec spec) {
    return new LayerSpecs(spec, List.of());
  }

  /** The specification of a layer. */
  public QuantSpec of(String layer) {
    QuantSpec spec = usual;
    for (LayerRule rule : rules) {
      spec = rule.applied(layer, spec);
    }
    return spec;
  }

  /** Refuses a rule that is for none of the layers. */
  void requireUsed(List<String> layers) {
    for (LayerRule rule : rules) {
      if (layers.stream().noneMatch(layer -> LayerFilter.matches(rule.glob(), layer))) {
        throw new JobException(
            "no layer matches \"%s\" of the override %s%s"
                .formatted(rule.glob(), rule, Names.nearest(rule.glob(), layers)));
      }
    }
  }
}
