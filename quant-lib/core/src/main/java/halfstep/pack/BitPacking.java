package halfstep.pack;

import halfstep.quant.Codes;
import halfstep.tensor.Shape;
import java.util.List;

/**
 * How one file format lays the codes of a matrix out in words, bit by bit. A closed set: what a
 * reader of a quantized checkpoint may meet.
 */
public sealed interface BitPacking permits CodePacking, GgufBlocks {

  /** For tables and views: {@code "hqq 3 bit"}, {@code "awq gemm"}. */
  String label();

  /** Bits of a word, 8 or 32. */
  int wordBits();

  /**
   * The shape of the packed tensor.
   *
   * @param codes the matrix, {@code out × in}
   * @throws halfstep.tensor.ShapeException if the format cannot hold this shape
   */
  Shape wordShape(Shape codes);

  /**
   * The codes that packed words hold.
   *
   * @param packed not modified
   * @param codes the matrix, {@code out × in}; padding is cut off
   * @return new codes
   * @throws halfstep.tensor.ShapeException if the words are not those of such a matrix
   */
  Codes unpack(Packed packed, Shape codes);

  /**
   * Which code, or what else, owns each bit of a word.
   *
   * @param codes the matrix, {@code out × in}
   * @param word index of the word in the packed tensor's row-major order
   * @return one owner per bit, the least significant bit first
   * @throws IndexOutOfBoundsException if the packed tensor has no such word
   */
  List<BitOwner> explain(Shape codes, long word);
}
