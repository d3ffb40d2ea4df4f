package halfstep.pack;

import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;

/** A packing whose zeros are codes, packed like them: AWQ, GPTQ and compressed-tensors. */
public sealed interface IntegerZeroPacking extends CodePacking
    permits AwqGemmPacking, GptqPacking, CompressedTensorsPacking {

  /**
   * Packs the zeros of a matrix.
   *
   * @param zeros {@code out × groups} (axis 1), in code units; not modified
   * @return new words
   * @throws IllegalArgumentException if a zero is no code: such a solution needs another format, or
   *     rounded zeros and new codes
   */
  Packed packZeros(Matrix zeros);

  /**
   * The zeros that packed words hold.
   *
   * @param packed not modified
   * @param zeros {@code out × groups}
   * @return a new matrix, in code units
   */
  Matrix unpackZeros(Packed packed, Shape zeros);
}
