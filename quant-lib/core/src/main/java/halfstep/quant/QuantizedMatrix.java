package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import org.jspecify.annotations.Nullable;

/**
 * Codes with what turns them back into weights: {@code ŵ = (code − zero) · scale}, divided by the
 * channel's scale where a method such as AWQ rescaled the input channels.
 *
 * @param spec what was asked for
 * @param codes {@code out × in}; shared, not to be modified
 * @param params one scale and zero per group
 * @param channelScales one positive factor per input channel by which the weights were multiplied
 *     before they were quantized, or null if none
 */
public record QuantizedMatrix(
    QuantSpec spec, Codes codes, GroupParams params, @Nullable ChannelScales channelScales) {

  /** A quantized matrix whose channels were not rescaled. */
  public QuantizedMatrix(QuantSpec spec, Codes codes, GroupParams params) {
    this(spec, codes, params, null);
  }

  /** {@code out × in}. */
  public Shape shape() {
    return codes.shape();
  }

  /** Bits per weight with scales, zeros and padding counted. */
  public double bitsPerWeight() {
    return EffectiveBits.of(spec, shape());
  }

  /**
   * The weights that the codes stand for.
   *
   * @return a new matrix, {@code out × in}
   */
  public Matrix dequantized() {
    Grouping grouping = spec.grouping(shape());
    Matrix result = Matrix.zeros(shape().rows(), shape().cols());
    int block = grouping.blockSize();
    float[] values = new float[block * grouping.size()];
    for (long first = 0; first < grouping.groups(); first += block) {
      int count = (int) Math.min(block, grouping.groups() - first);
      for (int g = 0; g < count; g++) {
        dequantizeGroup(grouping, first + g, values, g * grouping.size());
      }
      grouping.write(result, first, count, values);
    }
    if (channelScales != null) {
      channelScales.divide(result);
    }
    return result;
  }

  private void dequantizeGroup(Grouping grouping, long group, float[] into, int offset) {
    float zero = params.zero(group);
    float scale = params.scale(group);
    for (int i = 0; i < grouping.size(); i++) {
      into[offset + i] = (codes.at(grouping.index(group, i)) - zero) * scale;
    }
  }
}
