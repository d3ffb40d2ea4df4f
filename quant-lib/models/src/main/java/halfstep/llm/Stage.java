package halfstep.llm;

import halfstep.tensor.Shape;
import java.util.List;

/**
 * Linear layers of a block that read the same input, and so would share AWQ's channel scales.
 *
 * @param linears in order
 * @param judged what a rounding of these layers is judged on
 */
record Stage(List<Linear> linears, Judged judged) {

  /**
   * A linear layer without bias.
   *
   * @param name within its block: {@code self_attn.q_proj}
   * @param shape {@code out × in}
   */
  record Linear(String name, Shape shape) {}

  /** What AWQ measures a choice of scales on (reference: AutoAWQ {@code models/llama.py}). */
  enum Judged {
    /** The output of the whole sublayer: several layers meet before it shows. */
    SUBLAYER,
    /** The layer's own output. */
    LAYER,
    /** Nothing: no preceding operation could absorb the scales. */
    NOT_SCALED
  }

  Stage {
    linears = List.copyOf(linears);
  }

  List<String> names() {
    return linears.stream().map(Linear::name).toList();
  }
}
