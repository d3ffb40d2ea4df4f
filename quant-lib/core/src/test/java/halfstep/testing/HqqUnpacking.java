package halfstep.testing;

import halfstep.quant.Bits;

/** hqq's packed words back to codes, as its {@code core/bitpack.py} lays them out. */
public final class HqqUnpacking {

  private HqqUnpacking() {}

  /**
   * Unpacks the grouped matrix.
   *
   * @param packed words in row-major order, as many columns as the grouped matrix
   * @param rows rows of the grouped matrix
   * @param cols columns of the grouped matrix
   * @return codes of the grouped matrix in row-major order, which is also the weights' order
   */
  public static int[] unpack(double[] packed, Bits bits, int rows, int cols) {
    int perWord =
        switch (bits) {
          case ONE -> 8;
          case TERNARY, TWO -> 4;
          case THREE -> 10;
          case FOUR -> 2;
          case FIVE, SIX, EIGHT -> 1;
        };
    int width = bits == Bits.THREE ? 3 : 8 / perWord;
    int wordRows = (rows + perWord - 1) / perWord;
    int[] codes = new int[rows * cols];
    for (int r = 0; r < rows; r++) {
      int slot = r / wordRows;
      int shift = (perWord - 1 - slot) * width;
      for (int c = 0; c < cols; c++) {
        long word = (long) packed[(r % wordRows) * cols + c];
        codes[r * cols + c] = (int) ((word >> shift) & ((1 << width) - 1));
      }
    }
    return codes;
  }
}
