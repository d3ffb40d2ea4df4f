package halfstep.quant;

import halfstep.tensor.Matrix;

/** Refuses NaN and infinities before they spread: the reference libraries do not. */
public final class FiniteCheck {

  private FiniteCheck() {}

  /**
   * Refuses a matrix that is not finite throughout.
   *
   * @param what names the matrix in the message: "weights", a layer's name
   * @throws NonFiniteException naming the first bad element and how many there are
   */
  public static void require(Matrix matrix, String what) {
    long bad = 0;
    long firstBad = -1;
    float[] row = new float[Math.toIntExact(matrix.cols())];
    for (long r = 0; r < matrix.rows(); r++) {
      matrix.read(r * row.length, row, 0, row.length);
      for (int c = 0; c < row.length; c++) {
        if (!Float.isFinite(row[c])) {
          firstBad = bad == 0 ? r * row.length + c : firstBad;
          bad++;
        }
      }
    }
    if (bad > 0) {
      throw new NonFiniteException(
          "%s: %d of %d values are not finite; the first is %s in row %d, column %d. Repair or exclude it."
              .formatted(
                  what,
                  bad,
                  matrix.size(),
                  matrix.at(firstBad),
                  firstBad / matrix.cols(),
                  firstBad % matrix.cols()));
    }
  }
}
