package halfstep.llm;

import halfstep.quant.ChannelScales;
import halfstep.quant.GroupIndex;
import halfstep.quant.Grouping;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Matrix;
import org.jspecify.annotations.Nullable;

/**
 * Some rows of a quantized matrix as weights, bit for bit those of {@link
 * QuantizedMatrix#dequantized}.
 */
final class QuantizedRows {

  private final QuantizedMatrix quantized;
  private final Grouping grouping;
  private final int cols;
  private final float @Nullable [] channelScales;

  QuantizedRows(QuantizedMatrix quantized) {
    this.quantized = quantized;
    this.grouping = quantized.spec().grouping(quantized.shape());
    this.cols = Math.toIntExact(quantized.shape().cols());
    ChannelScales scales = quantized.channelScales();
    this.channelScales = scales == null ? null : scales.toArray();
  }

  /**
   * @param first number of the first row
   * @param into filled with as many rows as it has, {@code rows × in}
   */
  void read(long first, Matrix into) {
    byte[] codes = new byte[cols];
    float[] row = new float[cols];
    for (long r = 0; r < into.rows(); r++) {
      long start = (first + r) * cols;
      quantized.codes().read(start, codes);
      GroupIndex index = quantized.groupIndex();
      if (index == null) {
        dequantize(start, codes, row);
      } else {
        dequantize(first + r, codes, row, index);
      }
      divide(row);
      into.write(r * cols, row, 0, cols);
    }
  }

  /** {@code ŵ = (code − zero) · scale}, in stretches of one group. */
  private void dequantize(long start, byte[] codes, float[] row) {
    int at = 0;
    while (at < cols) {
      long group = grouping.groupOf(start + at);
      int end = stretch(start, at);
      float zero = quantized.params().zero(group);
      float scale = quantized.params().scale(group);
      for (int c = at; c < end; c++) {
        row[c] = (Byte.toUnsignedInt(codes[c]) - zero) * scale;
      }
      at = end;
    }
  }

  /** The same where each column names its group, as after GPTQ's act-order. */
  private void dequantize(long number, byte[] codes, float[] row, GroupIndex index) {
    float[] scales = quantized.params().scales().row(number);
    float[] zeros = quantized.params().zeros().row(number);
    for (int c = 0; c < cols; c++) {
      int group = index.group(c);
      row[c] = (Byte.toUnsignedInt(codes[c]) - zeros[group]) * scales[group];
    }
  }

  /** Where the group of column {@code at} ends in this row. */
  private int stretch(long start, int at) {
    int size = grouping.size();
    return switch (quantized.spec().axis()) {
      case IN -> (int) Math.min(cols, at + size - (start + at) % size);
      case OUT -> at + 1;
    };
  }

  private void divide(float[] row) {
    if (channelScales != null) {
      for (int c = 0; c < cols; c++) {
        row[c] /= channelScales[c];
      }
    }
  }
}
