package halfstep.quant;

import halfstep.backend.Backends;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
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
 * @param groupIndex which group each input channel belongs to, or null if groups are consecutive,
 *     as they are but for GPTQ's act-order
 */
public record QuantizedMatrix(
    QuantSpec spec,
    Codes codes,
    GroupParams params,
    @Nullable ChannelScales channelScales,
    @Nullable GroupIndex groupIndex) {

  private static final CodeKernel KERNEL = Backends.kernel(CodeKernel.class, ScalarCodes::new);

  /** Refuses parameters, channel scales or an index that are not the codes'. */
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
    if (groupIndex != null) {
      requireIndex(spec, codes.shape(), groupIndex);
    }
  }

  private static void requireIndex(QuantSpec spec, Shape shape, GroupIndex index) {
    if (spec.axis() != Axis.IN || spec.groupSize() == QuantSpec.TENSOR) {
      throw new IllegalArgumentException(
          "a group index belongs to groups of input channels, not to %s".formatted(spec.label()));
    }
    if (index.channels() != shape.cols()) {
      throw new ShapeException(
          "codes of %s have %d input channels, but the group index has %d"
              .formatted(shape, shape.cols(), index.channels()));
    }
  }

  /** A quantized matrix whose channels were not rescaled. */
  public QuantizedMatrix(QuantSpec spec, Codes codes, GroupParams params) {
    this(spec, codes, params, null, null);
  }

  /** A quantized matrix with consecutive groups. */
  public QuantizedMatrix(
      QuantSpec spec, Codes codes, GroupParams params, @Nullable ChannelScales channelScales) {
    this(spec, codes, params, channelScales, null);
  }

  /** The same under other channel scales: codes of weights that were multiplied by them. */
  public QuantizedMatrix under(ChannelScales scales) {
    return new QuantizedMatrix(spec, codes, params, scales, groupIndex);
  }

  /** {@code out × in}. */
  public Shape shape() {
    return codes.shape();
  }

  /** Bits per weight with scales, zeros, padding and an index counted. */
  public double bitsPerWeight() {
    double index = groupIndex == null ? 0 : (double) Integer.SIZE / shape().rows();
    return EffectiveBits.of(spec, shape()) + index;
  }

  /** Whether {@link #rows} can be taken: no group goes from one row into the next. */
  public boolean rowsStandAlone() {
    return spec.axis() == Axis.IN && spec.grouping(shape()).size() <= shape().cols();
  }

  private void requireRows() {
    if (!rowsStandAlone()) {
      throw new IllegalArgumentException(
          "groups of %s in %s go across rows".formatted(spec.label(), shape()));
    }
  }

  /**
   * A view of the rows {@code from} (included) to {@code to} (excluded); shares memory with this.
   *
   * @throws IllegalArgumentException unless {@link #rowsStandAlone}
   */
  public QuantizedMatrix rows(long from, long to) {
    requireRows();
    Matrix scales = params.scales().rows(from, to);
    GroupParams some = new GroupParams(scales, params.zeros().rows(from, to));
    return new QuantizedMatrix(spec, codes.rows(from, to), some, channelScales, groupIndex);
  }

  /**
   * The weights that the codes of one row stand for.
   *
   * @param into overwritten; {@code in} long
   * @throws IllegalArgumentException unless {@link #rowsStandAlone}
   */
  public void readRow(long row, float[] into) {
    requireRows();
    int in = Math.toIntExact(shape().cols());
    byte[] line = new byte[in];
    codes.read(row * in, line);
    if (groupIndex != null) {
      fill(line, row, groupIndex, into);
    } else {
      int size = spec.grouping(shape()).size();
      float[] scales = new float[in / size];
      float[] zeros = new float[scales.length];
      params.scales().read(row * scales.length, scales, 0, scales.length);
      params.zeros().read(row * zeros.length, zeros, 0, zeros.length);
      for (int g = 0; g < scales.length; g++) {
        KERNEL.weights(line, g * size, (g + 1) * size, zeros[g], scales[g], into);
      }
    }
    if (channelScales != null) {
      channelScales.divide(into);
    }
  }

  private void fill(byte[] codes, long row, GroupIndex index, float[] into) {
    float[] scales = params.scales().row(row);
    float[] zeros = params.zeros().row(row);
    for (int c = 0; c < codes.length; c++) {
      int group = index.group(c);
      into[c] = (Byte.toUnsignedInt(codes[c]) - zeros[group]) * scales[group];
    }
  }

  /**
   * The weights that the codes stand for.
   *
   * @return a new matrix, {@code out × in}
   */
  public Matrix dequantized() {
    Matrix result = Matrix.zeros(shape().rows(), shape().cols());
    if (rowsStandAlone()) {
      int in = Math.toIntExact(shape().cols());
      Parallel.blocks(
          shape().rows(),
          "dequantization",
          row -> {
            float[] values = new float[in];
            readRow(row, values);
            result.write(row * in, values, 0, in);
          });
      return result;
    }
    fill(result);
    if (channelScales != null) {
      channelScales.divide(result);
    }
    return result;
  }

  /** Groups that go across rows; an index is only of groups that do not. */
  private void fill(Matrix result) {
    Grouping grouping = spec.grouping(shape());
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
  }
}
