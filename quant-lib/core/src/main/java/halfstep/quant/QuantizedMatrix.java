package halfstep.quant;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import halfstep.tensor.ShapeException;
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

  /** Refuses parameters or channel scales that are not the codes'. */
  public QuantizedMatrix {
    long groups = spec.grouping(codes.shape()).groups();
    if (params.groups() != groups) {
      throw new ShapeException(
          "codes of %s at %s have %d groups, but there are %d scales and zeros"
              .formatted(codes.shape(), spec.label(), groups, params.groups()));
    }
    if (channelScales != null && channelScales.channels() != codes.shape().cols()) {
      throw new ShapeException(
          "codes of %s have %d input channels, but there are %d channel scales"
              .formatted(codes.shape(), codes.shape().cols(), channelScales.channels()));
    }
  }

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
    int size = grouping.size();
    grouping.forEachBlock(
        "dequantization",
        (first, count) -> {
          float[] values = new float[count * size];
          grouping.read(codes, first, count, values);
          for (int g = 0; g < count; g++) {
            float zero = params.zero(first + g);
            float scale = params.scale(first + g);
            for (int i = g * size; i < (g + 1) * size; i++) {
              values[i] = (values[i] - zero) * scale;
            }
          }
          grouping.write(result, first, count, values);
        });
    if (channelScales != null) {
      channelScales.divide(result);
    }
    return result;
  }
}
