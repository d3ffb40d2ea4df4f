package halfstep.quant;

import halfstep.tensor.Shape;

/**
 * What a weight really costs: codes as they are packed, with their padding, and the group's scale
 * and zero. "3 bit" is 3.70 with groups of 64 along axis 1, and 4.00 along axis 0.
 *
 * <p>Float zeros are counted in hqq's packing (reference: hqq {@code core/bitpack.py}), integer
 * zeros as GPTQ and compressed-tensors store them: a stream of {@code bits} per code and per zero,
 * padded to whole 32-bit words at the end of each row of codes and each column of zeros. Symmetric
 * grids store no zero. Scales and float zeros are float16. What GGUF's blocks cost is {@code
 * GgufBlocks.bitsPerWeight()}.
 */
public final class EffectiveBits {

  private static final int HALF = 16;

  private EffectiveBits() {}

  /** Bits per weight of a matrix of this shape. */
  public static double of(QuantSpec spec, Shape shape) {
    Grouping grouping = spec.grouping(shape);
    return switch (spec.zeroPoint()) {
      case FLOAT -> hqqCode(spec, grouping, shape) + 2.0 * HALF / grouping.size();
      case INTEGER -> streamed(spec, grouping, shape) + zeros(spec, grouping, shape);
      case SYMMETRIC -> streamed(spec, grouping, shape);
    };
  }

  /** Codes as a stream along each row, and a scale per group. */
  private static double streamed(QuantSpec spec, Grouping grouping, Shape shape) {
    double codes = words(shape.cols(), spec.bits()) / (double) shape.cols();
    return codes + HALF / (double) grouping.size();
  }

  /** Zeros as a stream down each column of the grid of groups; as one stream if it has one row. */
  private static double zeros(QuantSpec spec, Grouping grouping, Shape shape) {
    Shape params = grouping.paramShape();
    boolean oneRow = params.rows() == 1;
    long streams = oneRow ? 1 : params.cols();
    long count = oneRow ? params.cols() : params.rows();
    return streams * words(count, spec.bits()) / (double) shape.size();
  }

  /** Bits of the whole 32-bit words that {@code count} codes need. */
  private static long words(long count, Bits bits) {
    return Math.ceilDiv(count * storedBits(bits), Integer.SIZE) * Integer.SIZE;
  }

  /** hqq packs along the rows of the grouped matrix; 3 bit pads them to a multiple of ten. */
  private static double hqqCode(QuantSpec spec, Grouping grouping, Shape shape) {
    if (spec.bits() != Bits.THREE) {
      return hqqStoredBits(spec.bits());
    }
    long rows =
        spec.groupSize() == QuantSpec.TENSOR
            ? shape.rows()
            : spec.axis() == Axis.IN ? grouping.groups() : grouping.size();
    long words = (rows + 9) / 10;
    return 32.0 * words / rows;
  }

  private static int storedBits(Bits bits) {
    return switch (bits) {
      case ONE -> 1;
      case TERNARY, TWO -> 2;
      case THREE -> 3;
      case FOUR -> 4;
      case FIVE -> 5;
      case SIX -> 6;
      case EIGHT -> 8;
    };
  }

  private static int hqqStoredBits(Bits bits) {
    return switch (bits) {
      case FIVE, SIX -> 8;
      case ONE, TERNARY, TWO, THREE, FOUR, EIGHT -> storedBits(bits);
    };
  }
}
