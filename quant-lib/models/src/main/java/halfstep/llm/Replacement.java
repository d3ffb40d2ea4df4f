package halfstep.llm;

import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/** What stands in the place of a linear layer's own weight. */
sealed interface Replacement {

  /** {@code out × in}. */
  Shape shape();

  /**
   * {@code x · Wᵀ}.
   *
   * @param x {@code tokens × in}; not modified
   * @return a new matrix, {@code tokens × out}
   */
  Matrix times(Matrix x);

  /** The weight as float32; not to be modified. */
  Matrix matrix();

  /**
   * Other float weights.
   *
   * @param matrix {@code out × in}; shared, not to be modified any more
   */
  record Dense(Matrix matrix) implements Replacement {
    @Override
    public Shape shape() {
      return matrix.shape();
    }

    @Override
    public Matrix times(Matrix x) {
      return Matmul.timesTransposed(x, matrix);
    }
  }

  /**
   * Codes, turned back into weights some rows at a time while they are used.
   *
   * @param codes shared, not to be modified any more
   */
  record Quantized(QuantizedMatrix codes) implements Replacement {
    @Override
    public Shape shape() {
      return codes.shape();
    }

    @Override
    public Matrix times(Matrix x) {
      QuantizedRows rows = new QuantizedRows(codes);
      return PanelProduct.of(x, codes.shape(), rows::read);
    }

    @Override
    public Matrix matrix() {
      return codes.dequantized();
    }
  }
}
