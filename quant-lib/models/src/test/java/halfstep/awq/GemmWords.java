package halfstep.awq;

/** AutoAWQ's packed words back to nibbles, written from its layout, not from our packing. */
final class GemmWords {

  private static final int[] OUTPUT_OF_NIBBLE = {0, 2, 4, 6, 1, 3, 5, 7};

  private GemmWords() {}

  /**
   * @param words int32, {@code rows × out/8}
   * @return {@code out × rows} codes, row-major
   */
  static int[] unpack(double[] words, int rows, int out) {
    int[] codes = new int[rows * out];
    for (int r = 0; r < rows; r++) {
      for (int c = 0; c < out / 8; c++) {
        int word = (int) words[r * (out / 8) + c];
        for (int j = 0; j < 8; j++) {
          codes[(8 * c + OUTPUT_OF_NIBBLE[j]) * rows + r] = (word >>> (4 * j)) & 15;
        }
      }
    }
    return codes;
  }
}
