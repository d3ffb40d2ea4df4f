package halfstep.awq;

import halfstep.quant.ChannelScales;
import halfstep.tensor.Matrix;
import halfstep.tensor.ShapeException;

/** What folding scales does to one tensor of a model. */
public sealed interface TensorEdit {

  /** Name of the tensor, as the caller names it. */
  String tensor();

  /**
   * The tensor after the edit.
   *
   * @param original not modified
   * @return a new matrix
   * @throws ShapeException if the scales do not fit
   */
  Matrix applied(Matrix original);

  /**
   * Multiplies the columns of a layer that reads scaled inputs.
   *
   * @param tensor an {@code out × in} weight
   * @param scales one per input channel
   */
  record MultiplyColumns(String tensor, ChannelScales scales) implements TensorEdit {
    @Override
    public Matrix applied(Matrix original) {
      TensorEdit.require(tensor, original, original.cols() == scales.channels(), scales, "columns");
      Matrix result = original.copy();
      scales.multiply(result);
      return result;
    }
  }

  /**
   * Divides the last rows of the layer before: those that produce the scaled channels. A fused
   * layer may have more rows than there are scales.
   *
   * @param tensor an {@code out × in} weight, {@code out} at least the number of scales
   * @param scales one per output channel, counted from the last
   */
  record DivideRows(String tensor, ChannelScales scales) implements TensorEdit {
    @Override
    public Matrix applied(Matrix original) {
      TensorEdit.require(tensor, original, original.rows() >= scales.channels(), scales, "rows");
      Matrix result = original.copy();
      long first = original.rows() - scales.channels();
      float[] row = new float[Math.toIntExact(original.cols())];
      for (int channel = 0; channel < scales.channels(); channel++) {
        long index = (first + channel) * row.length;
        result.read(index, row, 0, row.length);
        for (int c = 0; c < row.length; c++) {
          row[c] /= scales.get(channel);
        }
        result.write(index, row, 0, row.length);
      }
      return result;
    }
  }

  /**
   * Divides the last elements of a norm's weight or of a bias.
   *
   * @param tensor one row, {@code 1 × channels}, at least as long as there are scales
   * @param scales one per channel, counted from the last
   * @param offset what the model adds to the tensor when it uses it: 1 for Gemma's norms, else 0
   */
  record DivideVector(String tensor, ChannelScales scales, float offset) implements TensorEdit {
    @Override
    public Matrix applied(Matrix original) {
      boolean fits = original.rows() == 1 && original.cols() >= scales.channels();
      TensorEdit.require(tensor, original, fits, scales, "elements in one row");
      Matrix result = original.copy();
      long first = original.cols() - scales.channels();
      for (int channel = 0; channel < scales.channels(); channel++) {
        // (w + 1) / s − 1 where the model multiplies by w + 1
        float used = (original.at(first + channel) + offset) / scales.get(channel);
        result.put(first + channel, used - offset);
      }
      return result;
    }
  }

  private static void require(
      String tensor, Matrix original, boolean fits, ChannelScales scales, String what) {
    if (!fits) {
      throw new ShapeException(
          "tensor %s is %s, which does not take %d channel scales on its %s"
              .formatted(tensor, original.shape(), scales.channels(), what));
    }
  }
}
