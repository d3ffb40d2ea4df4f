package halfstep.pack;

import halfstep.quant.Codes;

/**
 * A packing of codes alone; scales, and zeros if they are no codes, lie in tensors of their own.
 */
public sealed interface CodePacking extends BitPacking permits HqqPacking, IntegerZeroPacking {

  /**
   * Packs the codes of a matrix.
   *
   * @param codes {@code out × in}; not modified
   * @return new words
   * @throws halfstep.tensor.ShapeException if the format cannot hold this shape
   * @throws IllegalArgumentException if a code does not fit the format's width
   */
  Packed pack(Codes codes);
}
