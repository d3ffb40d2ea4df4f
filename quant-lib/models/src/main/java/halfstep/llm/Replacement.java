package halfstep.llm;

import halfstep.linear.QuantizedLinear;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import org.jspecify.annotations.Nullable;

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
   * Codes. Few rows, as in decoding, are multiplied from codes that stay packed; for many, the
   * codes are turned back into weights some rows at a time. Both are float32 sums of the same
   * products in different orders.
   */
  final class Quantized implements Replacement {

    /** Rows of inputs from which on turning codes back into weights is worth its cost. */
    static final int FEW = 32;

    private final QuantizedMatrix codes;
    private volatile @Nullable QuantizedLinear packed;

    /**
     * @param codes shared, not to be modified any more
     */
    Quantized(QuantizedMatrix codes) {
      this.codes = codes;
    }

    @Override
    public Shape shape() {
      return codes.shape();
    }

    @Override
    public Matrix times(Matrix x) {
      if (x.rows() <= FEW && QuantizedLinear.supports(codes)) {
        return packed().apply(x);
      }
      QuantizedRows rows = new QuantizedRows(codes);
      return PanelProduct.of(x, codes.shape(), rows::read);
    }

    /**
     * Packed when first used, for a model that is only evaluated never needs it. Without a lock,
     * since workers that waited for one would not do its holder's work: at worst two threads pack.
     */
    private QuantizedLinear packed() {
      QuantizedLinear known = packed;
      if (known == null) {
        known = QuantizedLinear.of(codes);
        packed = known;
      }
      return known;
    }

    @Override
    public Matrix matrix() {
      return codes.dequantized();
    }
  }
}
