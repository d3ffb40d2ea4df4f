package halfstep.tensor;

import java.util.Arrays;

/**
 * One tile of {@code Y = X · Wᵀ}.
 *
 * <p>For a stretch of the inner side, the tile's rows of W are laid out strip by strip in the order
 * in which the kernel reads them; rows of X are copied as they lie, a panel at a time. A panel of X
 * stays in the second cache while all strips pass by, a strip of W in the first while the panel
 * does. Arrays are as small as the product lets them be, and new for each tile: garbage on the heap
 * is also what brings the collector by, which frees the matrices off it.
 */
final class MatmulTile {

  /** Rows of a panel of X, a multiple of every kernel's rows. */
  static final int PANEL = 264;

  /** Rows of a tile at most. */
  static final int MOST_ROWS = 4 * PANEL;

  /** Columns of a tile, a multiple of every kernel's columns. */
  static final int COLS = 384;

  private static final int DEPTH = 256;

  private final Matrix x;
  private final Matrix w;
  private final Matrix y;
  private final int in;
  private final MatmulKernel kernel;
  private final int width;
  private final float[][] lines = new float[4][DEPTH];
  private float[] panelX = {};
  private float[] stripsW = {};

  /**
   * @param y where the tile is written; its other elements stay
   */
  MatmulTile(Matrix x, Matrix w, Matrix y, MatmulKernel kernel) {
    this.x = x;
    this.w = w;
    this.y = y;
    this.in = Math.toIntExact(x.cols());
    this.kernel = kernel;
    this.width = kernel.columns();
  }

  /**
   * Computes a tile.
   *
   * @param firstRow of Y, as of X
   * @param rows of the tile, at most {@link #MOST_ROWS}
   * @param firstCol of Y, a row of W; the tile has {@link #COLS} columns, or what is left
   */
  void compute(long firstRow, int rows, long firstCol) {
    int cols = (int) Math.min(COLS, w.rows() - firstCol);
    int strips = Math.ceilDiv(cols, width);
    int stride = strips * width;
    int padded = Math.ceilDiv(rows, kernel.rows()) * kernel.rows();
    float[] tile = new float[padded * stride];
    panelX = new float[Math.min(padded, PANEL) * Math.min(DEPTH, in)];
    stripsW = new float[stride * Math.min(DEPTH, in)];
    for (int from = 0; from < in; from += DEPTH) {
      int depth = Math.min(DEPTH, in - from);
      layOut(firstCol, cols, from, depth);
      for (int panel = 0; panel < rows; panel += PANEL) {
        Parallel.checkInterrupt("a matrix product");
        int down = copy(firstRow + panel, Math.min(PANEL, rows - panel), from, depth);
        for (int strip = 0; strip < strips; strip++) {
          int at = panel * stride + strip * width;
          kernel.addProduct(
              panelX, 0, depth, down, stripsW, strip * width * depth, depth, tile, at, stride);
        }
      }
    }
    for (int r = 0; r < rows; r++) {
      y.write((firstRow + r) * y.cols() + firstCol, tile, r * stride, cols);
    }
  }

  /** Copies rows of X and fills up the last strip with zeros; returns the number of strips. */
  private int copy(long first, int rows, int from, int depth) {
    for (int r = 0; r < rows; r++) {
      x.read((first + r) * in + from, panelX, r * depth, depth);
    }
    int strips = Math.ceilDiv(rows, kernel.rows());
    Arrays.fill(panelX, rows * depth, strips * kernel.rows() * depth, 0f);
    return strips;
  }

  /** Rows of W as strips, each {@code depth × width}; what lies outside the matrix counts as 0. */
  private void layOut(long firstCol, int cols, int from, int depth) {
    for (int strip = 0; strip < cols; strip += width) {
      for (int r = 0; r < width; r += lines.length) {
        for (int i = 0; i < lines.length; i++) {
          int col = strip + r + i;
          if (col < cols) {
            w.read((firstCol + col) * in + from, lines[i], 0, depth);
          } else {
            Arrays.fill(lines[i], 0, depth, 0f);
          }
        }
        interleave(lines, depth, stripsW, strip * depth + r, width);
      }
    }
  }

  private static void interleave(float[][] lines, int depth, float[] to, int at, int width) {
    float[] a = lines[0];
    float[] b = lines[1];
    float[] c = lines[2];
    float[] d = lines[3];
    for (int k = 0, i = at; k < depth; k++, i += width) {
      to[i] = a[k];
      to[i + 1] = b[k];
      to[i + 2] = c[k];
      to[i + 3] = d[k];
    }
  }
}
