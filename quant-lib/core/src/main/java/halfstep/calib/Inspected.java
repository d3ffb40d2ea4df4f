package halfstep.calib;

import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * The part of a model on whose output a choice of weights is judged: a linear layer, an attention,
 * a whole MLP. The seam by which core measures a block without knowing blocks.
 */
@FunctionalInterface
public interface Inspected {

  /**
   * Runs the part on its recorded inputs with other weights.
   *
   * @param weights in the order in which the layers were given, each {@code out × in}; not modified
   * @return the part's output, {@code tokens × out}; the caller owns it
   */
  Matrix run(List<Matrix> weights);

  /** One linear layer judged on its own output. */
  static Inspected layer(Matrix inputs) {
    return new Layer(inputs);
  }

  /**
   * One linear layer: its output error needs no output, but only the inputs' Gram matrix.
   *
   * @param inputs {@code tokens × in}; shared, not to be modified
   */
  record Layer(Matrix inputs) implements Inspected {
    @Override
    public Matrix run(List<Matrix> weights) {
      return Matmul.timesTransposed(inputs, weights.getFirst());
    }
  }
}
