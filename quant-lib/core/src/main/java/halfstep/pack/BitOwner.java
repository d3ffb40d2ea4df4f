package halfstep.pack;

/** What one bit of a packed word belongs to. */
public sealed interface BitOwner {

  /**
   * A bit of a weight's code.
   *
   * @param row the weight's row in the matrix, {@code out}
   * @param col its column, {@code in}
   * @param bit which bit of the code, 0 the least significant
   */
  record Code(long row, long col, int bit) implements BitOwner {}

  /**
   * A bit of a block's float16 scale (GGUF's d).
   *
   * @param row the matrix' row
   * @param block which block of 32 inputs of the row
   * @param bit which bit of the float16
   */
  record BlockScale(long row, long block, int bit) implements BitOwner {}

  /**
   * A bit of a block's float16 minimum (GGUF's m).
   *
   * @param row the matrix' row
   * @param block which block of 32 inputs of the row
   * @param bit which bit of the float16
   */
  record BlockMinimum(long row, long block, int bit) implements BitOwner {}

  /** Nobody's: the end of a word that codes do not fill, or padding. Always 0. */
  record Unused() implements BitOwner {}
}
