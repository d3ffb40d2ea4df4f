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
  private final int[] masks;
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
    this.masks = new int[perWord];
    for (int slot = 0; slot < perWord; slot++) {
      masks[slot] = ((1 << bits) - 1) << (slot * bits);
    }
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

  /**
   * How far code {@code i} of a group is multiplied by a power of two when it is masked where it
   * lies: by the bits below it. The last of a word is shifted down instead, for where it fills the
   * word its highest bit would be a sign.
   */
  static int place(int bits, int i) {
    int slot = i % perWord(bits);
    return slot == perWord(bits) - 1 ? 0 : slot * bits;
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

  /** The bits of each code of a word; shared, not to be modified. */
  public int[] masks() {
    return masks;
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
