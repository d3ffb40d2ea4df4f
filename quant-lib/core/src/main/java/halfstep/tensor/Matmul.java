package halfstep.tensor;

import halfstep.backend.Backends;
import java.util.Arrays;

/**
 * {@code Y = X · Wᵀ}, the product of every linear layer.
 *
 * <p>Y is cut into tiles. For a stretch of the inner side, a tile's rows of X and W are laid out in
 * the order in which the kernel reads them; the strips of W stay in the first cache while all of
 * the tile's rows of X pass by. Few rows of X are not worth that: each of their outputs is one dot
 * product, and the weights are read once.
 */
public final class Matmul {

  private static final String WORK = "a matrix product";

  private static final int ROWS = MatmulKernel.ROWS;

  /** Rows of a tile, columns of a tile (a multiple of every kernel's strip), stretch of in. */
  private static final int TILE_ROWS = 256;

  private static final int TILE_COLS = 384;
  private static final int DEPTH = 256;

  /** Up to so many rows of X the weights are read row by row. */
  private static final int FEW = 16;

  private static final int OUTPUTS_AT_ONCE = 64;

  /** Multiplications below which handing outputs to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 18;

  private static final MatmulKernel KERNEL = Backends.kernel(MatmulKernel.class, ScalarMatmul::new);

  private Matmul() {}

  /**
   * The outputs of a linear layer without bias.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @return a new matrix, {@code tokens × out}; each element is one float32 sum in a fixed order,
   *     the same for any number of threads and any backend
   * @throws ShapeException if the inner sides differ
   */
  public static Matrix timesTransposed(Matrix x, Matrix w) {
    return timesTransposed(x, w, KERNEL);
  }

  /** The same with a kernel of the caller's choice. */
  static Matrix timesTransposed(Matrix x, Matrix w, MatmulKernel kernel) {
    if (x.cols() != w.cols()) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), w.shape()));
    }
    Matrix y = Matrix.zeros(x.rows(), w.rows());
    if (x.rows() <= FEW) {
      fewRows(x, w, y, kernel);
      return y;
    }
    long across = Math.ceilDiv(w.rows(), TILE_COLS);
    long tiles = across * Math.ceilDiv(x.rows(), TILE_ROWS);
    Parallel.blocks(
        tiles,
        WORK,
        tile -> {
          long row = tile / across * TILE_ROWS;
          long col = tile % across * TILE_COLS;
          new Tile(x, w, y, row, col, kernel).compute();
        });
    return y;
  }

  private static void fewRows(Matrix x, Matrix w, Matrix y, MatmulKernel kernel) {
    int in = Math.toIntExact(x.cols());
    int rows = Math.toIntExact(x.rows());
    float[] inputs = new float[rows * in];
    x.read(0, inputs, 0, inputs.length);
    int atOnce =
        (int) Math.max(OUTPUTS_AT_ONCE, Math.min(w.rows(), LEAST_WORK / Math.max(1, x.size())));
    Parallel.blocks(
        Math.ceilDiv(w.rows(), atOnce),
        WORK,
        block -> {
          long first = block * atOnce;
          int count = (int) Math.min(atOnce, w.rows() - first);
          float[] part = new float[rows * count];
          kernel.dots(inputs, rows, in, w.segment(), first * in * Float.BYTES, count, part);
          for (int r = 0; r < rows; r++) {
            y.write(r * y.cols() + first, part, r * count, count);
          }
        });
  }

  /** One tile of Y. */
  private static final class Tile {

    private final Matrix x;
    private final Matrix w;
    private final Matrix y;
    private final long firstRow;
    private final long firstCol;
    private final int rows;
    private final int cols;
    private final int in;
    private final MatmulKernel kernel;
    private final float[] xStrips;
    private final float[] wStrip;
    private final float[][] lines = new float[ROWS][DEPTH];

    Tile(Matrix x, Matrix w, Matrix y, long firstRow, long firstCol, MatmulKernel kernel) {
      this.x = x;
      this.w = w;
      this.y = y;
      this.firstRow = firstRow;
      this.firstCol = firstCol;
      this.rows = (int) Math.min(TILE_ROWS, x.rows() - firstRow);
      this.cols = (int) Math.min(TILE_COLS, w.rows() - firstCol);
      this.in = Math.toIntExact(x.cols());
      this.kernel = kernel;
      this.xStrips = new float[strips(rows, ROWS) * ROWS * DEPTH];
      this.wStrip = new float[kernel.columns() * DEPTH];
    }

    void compute() {
      int width = kernel.columns();
      int across = strips(cols, width);
      int down = strips(rows, ROWS);
      int stride = across * width;
      float[] tile = new float[down * ROWS * stride];
      for (int from = 0; from < in; from += DEPTH) {
        Parallel.checkInterrupt(WORK);
        int depth = Math.min(DEPTH, in - from);
        for (int strip = 0; strip < down; strip++) {
          layOut(x, firstRow, rows, strip * ROWS, ROWS, from, depth, xStrips, strip * ROWS * depth);
        }
        for (int strip = 0; strip < across; strip++) {
          layOut(w, firstCol, cols, strip * width, width, from, depth, wStrip, 0);
          kernel.addProduct(xStrips, down, wStrip, depth, tile, strip * width, stride);
        }
      }
      for (int r = 0; r < rows; r++) {
        y.write((firstRow + r) * y.cols() + firstCol, tile, r * stride, cols);
      }
    }

    /** One strip transposed: {@code depth × width}; what lies outside the matrix counts as 0. */
    private void layOut(
        Matrix m,
        long first,
        int count,
        int row,
        int width,
        int from,
        int depth,
        float[] to,
        int at) {
      for (int r = 0; r < width; r += lines.length) {
        for (int i = 0; i < lines.length; i++) {
          if (row + r + i < count) {
            m.read((first + row + r + i) * in + from, lines[i], 0, depth);
          } else {
            Arrays.fill(lines[i], 0f);
          }
        }
        interleave(lines[0], lines[1], lines[2], lines[3], depth, to, at + r, width);
      }
    }

    private static void interleave(
        float[] a, float[] b, float[] c, float[] d, int depth, float[] to, int at, int width) {
      for (int k = 0, i = at; k < depth; k++, i += width) {
        to[i] = a[k];
        to[i + 1] = b[k];
        to[i + 2] = c[k];
        to[i + 3] = d[k];
      }
    }

    private static int strips(int count, int width) {
      return (count + width - 1) / width;
    }
  }
}
