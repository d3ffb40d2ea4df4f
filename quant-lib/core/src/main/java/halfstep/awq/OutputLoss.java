package halfstep.awq;

import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.FiniteCheck;
import halfstep.tensor.GramSum;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import java.util.List;

/** How much the inspected output changes with other weights; mean squares, per window. */
interface OutputLoss {

  /**
   * The loss of some weights.
   *
   * @param weights in the order of the layers; not modified
   */
  WindowLosses of(List<Matrix> weights);

  /**
   * One loss over all tokens. A single layer that is judged on its own output, on more tokens than
   * it has inputs, is measured without its output.
   *
   * @param original the layers' own weights; kept, not modified
   * @throws halfstep.quant.NonFiniteException if the unmodified output is not finite
   */
  static OutputLoss of(Inspected inspected, List<Matrix> original) {
    if (inspected instanceof Inspected.Layer layer
        && layer.inputs().rows() > layer.inputs().cols()) {
      return byGram(original.getFirst(), layer.inputs());
    }
    Matrix expected = inspected.run(original);
    return byOutput(inspected, expected, new long[] {expected.rows()});
  }

  /** A loss for each calibration window; the output has one row per token. */
  static OutputLoss perWindow(
      Inspected inspected, List<Matrix> original, List<Activations> windows) {
    long[] rows = windows.stream().mapToLong(Activations::tokens).toArray();
    return byOutput(inspected, inspected.run(original), rows);
  }

  private static OutputLoss byOutput(Inspected inspected, Matrix expected, long[] rows) {
    FiniteCheck.require(expected, "the output of the unmodified layers");
    return weights -> WindowLosses.between(expected, inspected.run(weights), rows);
  }

  /**
   * {@code ‖X·Dᵀ‖² = tr(D·G·Dᵀ)} with D the change of the weights and G = XᵀX: a product with in
   * columns for each choice of weights, where the output takes one with all tokens.
   */
  private static OutputLoss byGram(Matrix w, Matrix x) {
    Matrix gram = GramSum.of(x);
    FiniteCheck.require(gram, "the Gram matrix of the layer's inputs");
    double elements = (double) x.rows() * w.rows();
    return weights -> {
      Matrix change = weights.getFirst().combine(w, (changed, own) -> changed - own);
      Matrix product = Matmul.timesTransposed(change, gram);
      return WindowLosses.of(innerProduct(change, product) / elements);
    };
  }

  /** Σ aᵢ·bᵢ, summed in double, rows in order. */
  private static double innerProduct(Matrix a, Matrix b) {
    int cols = Math.toIntExact(a.cols());
    float[] left = new float[cols];
    float[] right = new float[cols];
    double sum = 0;
    for (long r = 0; r < a.rows(); r++) {
      a.read(r * cols, left, 0, cols);
      b.read(r * cols, right, 0, cols);
      double row = 0;
      for (int c = 0; c < cols; c++) {
        row += (double) left[c] * right[c];
      }
      sum += row;
    }
    return sum;
  }
}
