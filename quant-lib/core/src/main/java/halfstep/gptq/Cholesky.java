package halfstep.gptq;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import java.util.OptionalInt;

/**
 * Cholesky factors of a float32 matrix, a panel of columns at a time.
 *
 * <p>Sums are taken in double and each element of a factor is rounded to float32 once, when it is
 * stored: memory is that of float32, and the rounding error does not grow with the number of
 * columns (measured in {@code docs/algorithms/gptq.md}). Panels are updated by rows on all cores;
 * every element is one sum in a fixed order, whatever the number of threads.
 */
final class Cholesky {

  private static final int PANEL = 64;
  private static final int ROWS = 32;
  private static final String WORK = "the Cholesky factor of the Hessian";

  private Cholesky() {}

  /**
   * {@code A = L·Lᵀ}.
   *
   * @param a symmetric, {@code n × n}; on and below its diagonal overwritten by L, above left alone
   * @return nothing if it succeeded, else the first column whose pivot is not positive: A is not
   *     positive definite, and its contents are of no use
   */
  static OptionalInt lower(Matrix a) {
    int n = Math.toIntExact(a.rows());
    for (int first = 0; first < n; first += PANEL) {
      int width = Math.min(PANEL, n - first);
      double[][] solved = transposedRows(a, first, width, first);
      double[][] diagonal = remainders(a, first, first, width, width, solved);
      int failed = factor(diagonal);
      if (failed >= 0) {
        return OptionalInt.of(first + failed);
      }
      store(a, first, first, diagonal, width);
      int below = first + width;
      int from = first;
      Parallel.blocks(
          Math.ceilDiv(n - below, ROWS),
          WORK,
          block -> {
            int row = below + (int) block * ROWS;
            int rows = Math.min(ROWS, n - row);
            double[][] part = remainders(a, row, from, rows, width, solved);
            for (double[] line : part) {
              solve(line, diagonal);
            }
            store(a, row, from, part, rows);
          });
    }
    return OptionalInt.empty();
  }

  /** Row p: element p of the rows {@code first …}, so that a sum over p runs over whole rows. */
  private static double[][] transposedRows(Matrix a, int first, int width, int length) {
    double[][] transposed = new double[length][width];
    float[] line = new float[length];
    for (int r = 0; r < width; r++) {
      a.read((first + r) * a.cols(), line, 0, length);
      for (int p = 0; p < length; p++) {
        transposed[p][r] = line[p];
      }
    }
    return transposed;
  }

  /** A[row + r, first + c] − Σ_p L[row + r, p] · L[first + c, p], for {@code rows × width}. */
  private static double[][] remainders(
      Matrix a, int row, int first, int rows, int width, double[][] solved) {
    double[][] left = new double[rows][width];
    float[] line = new float[first + width];
    for (int r = 0; r < rows; r++) {
      a.read((row + r) * a.cols(), line, 0, line.length);
      double[] sum = left[r];
      for (int c = 0; c < width; c++) {
        sum[c] = line[first + c];
      }
      for (int p = 0; p < first; p++) {
        subtract(sum, line[p], solved[p]);
      }
    }
    return left;
  }

  private static void subtract(double[] from, double factor, double[] row) {
    for (int c = 0; c < from.length; c++) {
      from[c] -= factor * row[c];
    }
  }

  /** The textbook: L_cc = √(A_cc − Σ L_cp²), L_rc = (A_rc − Σ L_rp·L_cp) / L_cc. */
  private static int factor(double[][] a) {
    for (int c = 0; c < a.length; c++) {
      double pivot = a[c][c];
      for (int p = 0; p < c; p++) {
        pivot -= a[c][p] * a[c][p];
      }
      if (!(pivot > 0)) {
        return c;
      }
      a[c][c] = Math.sqrt(pivot);
      for (int r = c + 1; r < a.length; r++) {
        double sum = a[r][c];
        for (int p = 0; p < c; p++) {
          sum -= a[r][p] * a[c][p];
        }
        a[r][c] = sum / a[c][c];
      }
    }
    return -1;
  }

  /** Solves x · Lᵀ = row for one row, in place. */
  private static void solve(double[] row, double[][] lower) {
    for (int c = 0; c < lower.length; c++) {
      double sum = row[c];
      for (int p = 0; p < c; p++) {
        sum -= row[p] * lower[c][p];
      }
      row[c] = sum / lower[c][c];
    }
  }

  private static void store(Matrix a, int row, int first, double[][] part, int rows) {
    float[] line = new float[part[0].length];
    for (int r = 0; r < rows; r++) {
      int length = Math.min(line.length, row + r - first + 1);
      for (int c = 0; c < length; c++) {
        line[c] = (float) part[r][c];
      }
      a.write((row + r) * a.cols() + first, line, 0, length);
    }
  }

  /**
   * {@code L⁻¹}, by forward substitution on the columns of the identity, a panel of them per task.
   *
   * @param l lower triangular, {@code n × n}; what is above its diagonal is not read; not modified
   * @return a new matrix, lower triangular
   */
  static Matrix inverse(Matrix l) {
    int n = Math.toIntExact(l.rows());
    Matrix inverse = Matrix.zeros(n, n);
    Parallel.blocks(
        Math.ceilDiv(n, PANEL), WORK, panel -> inversePanel(l, inverse, (int) panel * PANEL));
    return inverse;
  }

  /** X_r = (I_r − Σ_{p<r} L_rp · X_p) / L_rr for the columns {@code first …}. */
  private static void inversePanel(Matrix l, Matrix inverse, int first) {
    int n = Math.toIntExact(l.rows());
    int width = Math.min(PANEL, n - first);
    double[][] x = new double[n - first][width];
    float[] line = new float[n];
    float[] rounded = new float[width];
    for (int r = 0; r < n - first; r++) {
      Parallel.checkInterrupt(WORK);
      l.read((first + r) * l.cols() + first, line, 0, r + 1);
      if (r < width) {
        x[r][r] = 1;
      }
      for (int p = 0; p < r; p++) {
        subtract(x[r], line[p], x[p]);
      }
      for (int c = 0; c < width; c++) {
        x[r][c] /= line[r];
        rounded[c] = (float) x[r][c];
      }
      inverse.write((first + r) * inverse.cols() + first, rounded, 0, width);
    }
  }
}
