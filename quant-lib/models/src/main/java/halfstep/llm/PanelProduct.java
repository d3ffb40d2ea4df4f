package halfstep.llm;

import halfstep.tensor.Matmul;
import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.lang.foreign.Arena;

/**
 * {@code X · Wᵀ} for weights that do not lie in memory as floats: some rows at a time are made,
 * multiplied and let go, so that each core holds {@value #ROWS} rows of {@code W} and no more;
 * where a device multiplies, all of them for a moment. Every output is the same sum as if {@code W}
 * lay there whole.
 */
final class PanelProduct {

  /** Rows of the weights that a core holds at a time. */
  static final int ROWS = 128;

  private static final String WORK = "a matrix product";

  private PanelProduct() {}

  /** Makes rows of the weights. */
  @FunctionalInterface
  interface Source {
    /**
     * @param first number of the first row
     * @param into filled with as many rows as it has
     */
    void read(long first, Matrix into);
  }

  /**
   * @param x {@code tokens × in}; not modified
   * @param shape of the weights, {@code out × in}
   * @return a new matrix, {@code tokens × out}
   */
  static Matrix of(Matrix x, Shape shape, Source weights) {
    if (Matmul.goesToDevice(x.shape(), shape)) {
      return whole(x, shape, weights);
    }
    Matrix y = Matrix.zeros(x.rows(), shape.rows());
    long panels = Math.ceilDiv(shape.rows(), ROWS);
    // one panel runs here, and its product on all cores; several run one per core
    Parallel.blocks(
        panels,
        WORK,
        panel -> {
          long first = panel * ROWS;
          long rows = Math.min(ROWS, shape.rows() - first);
          try (Arena arena = panels == 1 ? Arena.ofShared() : Arena.ofConfined()) {
            Matrix w = Matrix.zeros(rows, shape.cols(), arena);
            weights.read(first, w);
            put(Matmul.timesTransposed(x, w), y, first);
          }
        });
    return y;
  }

  /** All rows at once: a device's product needs them together, and lets them go. */
  private static Matrix whole(Matrix x, Shape shape, Source weights) {
    try (Arena arena = Arena.ofShared()) {
      Matrix w = Matrix.zeros(shape.rows(), shape.cols(), arena);
      Parallel.blocks(
          Math.ceilDiv(shape.rows(), ROWS),
          WORK,
          panel -> {
            long first = panel * ROWS;
            weights.read(first, w.rows(first, Math.min(shape.rows(), first + ROWS)));
          });
      return Matmul.timesTransposed(x, w);
    }
  }

  /** Copies outputs to their columns. */
  private static void put(Matrix part, Matrix y, long firstColumn) {
    float[] row = new float[Math.toIntExact(part.cols())];
    for (long r = 0; r < part.rows(); r++) {
      part.read(r * row.length, row, 0, row.length);
      y.write(r * y.cols() + firstColumn, row, 0, row.length);
    }
  }
}
