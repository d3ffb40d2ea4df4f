package halfstep.tensor;

import java.util.Arrays;

/**
 * One tile of {@code Y = X · Wᵀ}.
 *
 * <p>For a stretch of the inner side, the tile's rows of X are copied as they lie, which fit into
 * the second cache; W is laid out strip by strip in the order in which the kernel reads it, and a
 * strip stays in the first cache while the rows of X pass by. Arrays are new for each tile, as
 * small as the product lets them be: what is alive on the heap at a collection must fit into its
 * survivor spaces, or short-lived matrices grow old with it and keep their memory off the heap.
 */
final class MatmulTile {

  /** Rows of a tile. */
  static final int ROWS = 264;

  /** Columns of a tile, a multiple of every kernel's columns. */
  static final int COLS = 384;

  private static final int DEPTH = 256;

  private final Matrix x;
  private final Matrix w;
  private final Matrix y;
  private final long firstRow;
  private final long firstCol;
  private final int rows;
  private final int cols;
  private final int in;
  private final MatmulKernel kernel;
  private final int width;
  private final float[] rowsX;
  private final float[] stripW;
  private final float[][] lines = new float[4][DEPTH];

  /**
   * A tile of {@link #ROWS} rows and {@link #COLS} columns, or of what is left.
   *
   * @param y where the tile is written; its other elements stay
   * @param firstRow of Y, as of X
   * @param firstCol of Y, a row of W
   */
  MatmulTile(Matrix x, Matrix w, Matrix y, long firstRow, long firstCol, MatmulKernel kernel) {
    this.x = x;
    this.w = w;
    this.y = y;
    this.firstRow = firstRow;
    this.firstCol = firstCol;
    this.rows = (int) Math.min(ROWS, x.rows() - firstRow);
    this.cols = (int) Math.min(COLS, w.rows() - firstCol);
    this.in = Math.toIntExact(x.cols());
    this.kernel = kernel;
    this.width = kernel.columns();
    this.rowsX = new float[padded(rows, kernel.rows()) * Math.min(DEPTH, in)];
    this.stripW = new float[width * Math.min(DEPTH, in)];
  }

  void compute() {
    int stride = padded(cols, width);
    int down = padded(rows, kernel.rows());
    float[] tile = new float[down * stride];
    for (int from = 0; from < in; from += DEPTH) {
      Parallel.checkInterrupt("a matrix product");
      int depth = Math.min(DEPTH, in - from);
      copy(from, depth);
      for (int strip = 0; strip < cols; strip += width) {
        layOut(strip, from, depth);
        kernel.addProduct(
            rowsX, 0, depth, down / kernel.rows(), stripW, 0, depth, tile, strip, stride);
      }
    }
    for (int r = 0; r < rows; r++) {
      y.write((firstRow + r) * y.cols() + firstCol, tile, r * stride, cols);
    }
  }

  private static int padded(int count, int multiple) {
    return Math.ceilDiv(count, multiple) * multiple;
  }

  /** Copies rows of X; what fills up the last strip only meets outputs that are not kept. */
  private void copy(int from, int depth) {
    for (int r = 0; r < rows; r++) {
      x.read((firstRow + r) * in + from, rowsX, r * depth, depth);
    }
  }

  /** Rows of W as a strip, {@code depth × width}; what lies outside the matrix counts as 0. */
  private void layOut(int strip, int from, int depth) {
    for (int r = 0; r < width; r += lines.length) {
      for (int i = 0; i < lines.length; i++) {
        int col = strip + r + i;
        if (col < cols) {
          w.read((firstCol + col) * in + from, lines[i], 0, depth);
        } else {
          Arrays.fill(lines[i], 0, depth, 0f);
        }
      }
      interleave(lines, depth, stripW, r, width);
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
