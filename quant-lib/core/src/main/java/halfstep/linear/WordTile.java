package halfstep.linear;

/**
 * Sixteen rows of codes, several to a 32-bit word, each group beginning a new one: eight codes of 4
 * bits to a word, ten of 3. Word {@code k} of a group holds, for each row side by side, the codes
 * {@code k·perWord …}, the first in its lowest bits.
 */
public final class WordTile {

  private final int bits;
  private final int perWord;
  private final int padded;
  private final int[] words;
  private final float[] scales;
  private final float[] zeros;

  /**
   * An empty tile.
   *
   * @param bits of a code, 1 to 8
   * @param size inputs of a group
   */
  WordTile(int bits, int size, int groups) {
    this.bits = bits;
    this.perWord = perWord(bits);
    this.padded = padded(size);
    this.words = new int[groups * wordsPerGroup() * LinearKernel.ROWS];
    this.scales = new float[groups * LinearKernel.ROWS];
    this.zeros = new float[groups * LinearKernel.ROWS];
  }

  /** An even number of codes fits: kernels take two at a time. */
  private static int perWord(int bits) {
    return Integer.SIZE / bits & ~1;
  }

  /** Inputs of a group as kernels see them: an even number. */
  static int padded(int size) {
    return size + (size & 1);
  }

  void put(int row, int group, int i, int code) {
    int word = (group * wordsPerGroup() + i / perWord) * LinearKernel.ROWS + row;
    words[word] |= code << i % perWord * bits;
  }

  void put(int row, int group, float scale, float zero) {
    scales[group * LinearKernel.ROWS + row] = scale;
    zeros[group * LinearKernel.ROWS + row] = zero;
  }

  /** Bits of a code. */
  public int bits() {
    return bits;
  }

  /** Codes in a word. */
  public int perWord() {
    return perWord;
  }

  /** Inputs of a group, one more if they are odd. */
  public int padded() {
    return padded;
  }

  /** Words of one row in a group. */
  public int wordsPerGroup() {
    return Math.ceilDiv(padded, perWord);
  }

  /** Number of groups. */
  public int groups() {
    return scales.length / LinearKernel.ROWS;
  }

  /** Group by group, word by word, 16 rows each; shared, not to be modified. */
  public int[] words() {
    return words;
  }

  /** Group by group, 16 rows each; shared, not to be modified. */
  public float[] scales() {
    return scales;
  }

  /** As {@link #scales}. */
  public float[] zeros() {
    return zeros;
  }
}
