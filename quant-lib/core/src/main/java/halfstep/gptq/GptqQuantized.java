package halfstep.gptq;

import halfstep.quant.Codes;
import halfstep.quant.EffectiveBits;
import halfstep.quant.GroupParams;
import halfstep.quant.QuantSpec;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;

/**
 * GPTQ's result: like {@link QuantizedMatrix}, but with act-order a group need not be consecutive
 * channels.
 *
 * @param spec what was asked for
 * @param codes {@code out × in}, channels in their original order; shared, not to be modified
 * @param params one scale and one whole zero per row and group, {@code out × groups}
 * @param groupIndex which group each channel belongs to
 */
public record GptqQuantized(
    QuantSpec spec, Codes codes, GroupParams params, GroupIndex groupIndex) {

  /** {@code out × in}. */
  public Shape shape() {
    return codes.shape();
  }

  /** Bits per weight with scales and zeros counted, and the index if readers need it. */
  public double bitsPerWeight() {
    double index = groupIndex.isConsecutive() ? 0 : (double) Integer.SIZE / shape().rows();
    return EffectiveBits.of(spec, shape()) + index;
  }

  /**
   * The same without an index.
   *
   * @throws IllegalStateException if the groups are not consecutive channels
   */
  public QuantizedMatrix withoutIndex() {
    if (!groupIndex.isConsecutive()) {
      throw new IllegalStateException(
          "act-order without static groups put channels of one group apart, so the group index is"
              + " part of the result; use a format with g_idx, or staticGroups");
    }
    return new QuantizedMatrix(spec, codes, params);
  }

  /**
   * The weights that the codes stand for.
   *
   * @return a new matrix, {@code out × in}
   */
  public Matrix dequantized() {
    int in = Math.toIntExact(shape().cols());
    Matrix result = Matrix.zeros(shape().rows(), in);
    Parallel.blocks(
        shape().rows(),
        "dequantization",
        row -> {
          byte[] line = new byte[in];
          codes.read(row * in, line);
          float[] scales = params.scales().row(row);
          float[] zeros = params.zeros().row(row);
          float[] values = new float[in];
          for (int c = 0; c < in; c++) {
            int group = groupIndex.group(c);
            values[c] = (Byte.toUnsignedInt(line[c]) - zeros[group]) * scales[group];
          }
          result.write(row * in, values, 0, in);
        });
    return result;
  }
}
