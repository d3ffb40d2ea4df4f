package halfstep.llm;

import halfstep.tensor.Shape;
import java.util.List;

/**
 * Linear layers of a block that read the same rows.
 *
 * @param in width of what they read
 * @param linears in order; empty if only tensors that are never quantized read it
 */
record Stage(long in, List<Linear> linears) {

  /**
   * A linear layer.
   *
   * @param name within its block: {@code self_attn.q_proj}
   * @param shape {@code out × in}
   * @param bias whether it adds one
   */
  record Linear(String name, Shape shape, boolean bias) {
    /** A layer without bias. */
    Linear(String name, Shape shape) {
      this(name, shape, false);
    }
  }

  Stage {
    linears = List.copyOf(linears);
  }

  /** The stage of layers with a common input. */
  static Stage of(Linear... linears) {
    return new Stage(linears[0].shape().cols(), List.of(linears));
  }
}
