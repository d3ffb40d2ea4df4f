package halfstep.llm;

import java.util.List;
import java.util.Optional;

/**
 * Layers of a sublayer that share AWQ's channel scales, and what keeps the function when they are
 * scaled (reference: AutoAWQ {@code models/llama.py}, {@code models/mixtral.py}).
 *
 * @param layers names within the block, in the reference's order
 * @param stage number of the stage whose input is scaled
 * @param judged what a rounding of these layers is judged on
 * @param previous the layer whose rows absorb the scales; empty if it is the sublayer's norm
 * @param alsoReading weights beside the layers that read the scaled input, such as a router's
 */
record ScalePlan(
    List<String> layers,
    int stage,
    Judged judged,
    Optional<String> previous,
    List<String> alsoReading) {

  /** What AWQ measures a choice of scales on. */
  enum Judged {
    /** The output of the whole sublayer: several layers meet before it shows. */
    SUBLAYER,
    /** The layer's own output. */
    LAYER
  }

  ScalePlan {
    layers = List.copyOf(layers);
    alsoReading = List.copyOf(alsoReading);
  }

  /** Layers that read the norm's output and are judged on the sublayer's. */
  static ScalePlan afterNorm(int stage, List<String> layers, String... alsoReading) {
    return new ScalePlan(layers, stage, Judged.SUBLAYER, Optional.empty(), List.of(alsoReading));
  }

  /** One layer whose inputs are another's outputs, channel by channel. */
  static ScalePlan after(String previous, int stage, String layer) {
    return new ScalePlan(List.of(layer), stage, Judged.LAYER, Optional.of(previous), List.of());
  }
}
