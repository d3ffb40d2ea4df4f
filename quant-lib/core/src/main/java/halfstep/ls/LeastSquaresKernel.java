package halfstep.ls;

/**
 * One round of least squares on several groups at once. Lane {@code k} of a vector belongs to group
 * {@code k}, so no sum crosses lanes; within a group sums are taken in the order of {@link
 * halfstep.quant.Sums}, so all twins give the same bits.
 */
public interface LeastSquaresKernel {

  /** Groups side by side: the lanes of a vector. */
  int width();

  /**
   * In every lane: rounds with its scale and zero, measures, and finds the line through the codes.
   *
   * @param lanes {@link Lockstep#scales} and {@link Lockstep#zeros} are read, {@link
   *     Lockstep#errors}, {@link Lockstep#slopes} and {@link Lockstep#offsets} overwritten
   */
  void round(Lockstep lanes);
}
