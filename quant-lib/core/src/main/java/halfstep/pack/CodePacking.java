package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Shape;

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

  /**
   * Where the codes of a matrix go, bit by bit, in numbers.
   *
   * @param codes the matrix, {@code out × in}
   * @throws halfstep.tensor.ShapeException if the format cannot hold this shape
   */
  LaneLayout layout(Shape codes);
}
