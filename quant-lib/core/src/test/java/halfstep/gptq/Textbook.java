package halfstep.gptq;

import halfstep.tensor.Matrix;

/** Factors and inverses as a first course has them, in double: slow, and hard to get wrong. */
final class Textbook {

  private Textbook() {}

  static double[][] of(Matrix a) {
    double[][] copy = new double[(int) a.rows()][(int) a.cols()];
    for (int i = 0; i < a.rows(); i++) {
      for (int j = 0; j < a.cols(); j++) {
        copy[i][j] = a.get(i, j);
      }
    }
    return copy;
  }

  static double[][] lower(double[][] a) {
    int n = a.length;
    double[][] l = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j <= i; j++) {
        double sum = a[i][j];
        for (int k = 0; k < j; k++) {
          sum -= l[i][k] * l[j][k];
        }
        l[i][j] = i == j ? Math.sqrt(sum) : sum / l[j][j];
      }
    }
    return l;
  }

  /** Gauss and Jordan, without pivoting. */
  static double[][] inverse(double[][] a) {
    int n = a.length;
    double[][] left = new double[n][];
    double[][] right = new double[n][n];
    for (int i = 0; i < n; i++) {
      left[i] = a[i].clone();
      right[i][i] = 1;
    }
    for (int p = 0; p < n; p++) {
      double pivot = left[p][p];
      for (int j = 0; j < n; j++) {
        left[p][j] /= pivot;
        right[p][j] /= pivot;
      }
      for (int i = 0; i < n; i++) {
        double factor = i == p ? 0 : left[i][p];
        for (int j = 0; j < n; j++) {
          left[i][j] -= factor * left[p][j];
          right[i][j] -= factor * right[p][j];
        }
      }
    }
    return right;
  }

  /** gptq.py's way: invert, then U with H⁻¹ = Uᵀ·U. */
  static double[][] upperOfInverse(double[][] h, ColumnOrder order) {
    int n = h.length;
    double[][] ordered = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        ordered[i][j] = h[order.channel(i)][order.channel(j)];
      }
    }
    double[][] lower = lower(inverse(ordered));
    double[][] upper = new double[n][n];
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < n; j++) {
        upper[i][j] = lower[j][i];
      }
    }
    return upper;
  }
}
