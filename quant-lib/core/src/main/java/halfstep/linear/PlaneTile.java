package halfstep.linear;

/**
 * Sixteen rows of codes as bit planes: bit {@code p} of 32 neighbouring codes of a row makes one
 * word, the first input in its lowest bit. Whatever their width, codes take as many bits as they
 * have, and the work is proportional to them. A group holds plane after plane, a plane word after
 * word, a word the 16 rows side by side.
 */
public final class PlaneTile {

  private final int bits;
  private final int wordsPerPlane;
  private final int[] words;
  private final float[] scales;
  private final float[] zeros;

  /**
   * An empty tile.
   *
   * @param bits of a code, 1 to 8
   * @param size inputs of a group, a multiple of 32
   */
  PlaneTile(int bits, int size, int groups) {
    this.bits = bits;
    this.wordsPerPlane = size / LinearKernel.WORD;
    this.words = new int[groups * bits * wordsPerPlane * LinearKernel.ROWS];
    this.scales = new float[groups * LinearKernel.ROWS];
    this.zeros = new float[groups * LinearKernel.ROWS];
  }

  void put(int row, int group, int i, int code) {
    for (int plane = 0; plane < bits; plane++) {
      int word = (group * bits + plane) * wordsPerPlane + i / LinearKernel.WORD;
      int bit = code >>> plane & 1;
      words[word * LinearKernel.ROWS + row] |= bit << i % LinearKernel.WORD;
    }
  }

  void put(int row, int group, float scale, float zero) {
    scales[group * LinearKernel.ROWS + row] = scale;
    zeros[group * LinearKernel.ROWS + row] = zero;
  }

  /** Bits of a code, the number of planes. */
  public int bits() {
    return bits;
  }

  /** Words of one row in a plane of a group. */
  public int wordsPerPlane() {
    return wordsPerPlane;
  }

  /** Number of groups. */
  public int groups() {
    return scales.length / LinearKernel.ROWS;
  }

  /** Group by group, plane by plane, word by word, 16 rows each; shared, not to be modified. */
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
