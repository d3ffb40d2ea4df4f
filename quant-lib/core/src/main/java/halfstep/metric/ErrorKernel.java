package halfstep.metric;

/**
 * The inner loops of {@link ErrorSums} and {@link LargestError}. Element {@code i} goes to lane
 * {@code i mod 8}, in order, in double; so all twins give the same bits.
 */
public interface ErrorKernel {

  /** Lanes of each sum. */
  int LANES = 8;

  /** Where the lanes of Σ|w − ŵ|, Σ(w − ŵ)², Σw², Σŵ², Σw·ŵ and of the largest |w − ŵ| begin. */
  int ABS = 0;

  int SQUARE = LANES;
  int SIGNAL = 2 * LANES;
  int POWER = 3 * LANES;
  int PRODUCT = 4 * LANES;
  int MOST = 5 * LANES;

  /** Length of the lanes of all. */
  int ALL = 6 * LANES;

  /**
   * Adds pairs of a value and its approximation.
   *
   * @param original holds {@code count} values from {@code from} on; not modified
   * @param approximation as long; not modified
   * @param lanes {@link #ALL}, added to
   */
  void add(float[] original, float[] approximation, int from, int count, double[] lanes);

  /**
   * The largest of some values and of their differences from others, in float32.
   *
   * @param original not modified
   * @param other as long; not modified
   * @param most raised: the largest |w − ŵ|, then the largest |w|
   */
  void largest(float[] original, float[] other, float[] most);
}
