package halfstep.tensor;

/**
 * The inner loops of {@code Y = X · Wᵀ} on arrays. Every element of a tile is one chain of fused
 * multiply-adds in the order of the inputs, so that all twins give the same bits.
 */
public interface MatmulKernel {

  /** Rows of X in a strip. */
  int ROWS = 4;

  /** Rows of W in a strip, a multiple of {@value #ROWS}. */
  int columns();

  /**
   * Adds a product to a tile.
   *
   * @param x strips of {@value #ROWS} rows, one strip after the other; within a strip {@code depth}
   *     times {@value #ROWS} values; not modified
   * @param strips number of strips of x
   * @param w one strip of W: {@code depth} times {@link #columns} values; not modified
   * @param y the tile, row-major; rows are {@code ROWS · strips}
   * @param at index of the tile's first element in {@code y}
   * @param stride distance between rows of {@code y}
   */
  void addProduct(float[] x, int strips, float[] w, int depth, float[] y, int at, int stride);

  /**
   * The product of two rows, in {@value #DOT_LANES} lanes: element {@code i} goes to lane {@code i
   * mod 32} by a fused multiply-add, the lanes fold by halves.
   *
   * @param a not modified
   * @param b not modified
   */
  float dot(float[] a, int fromA, float[] b, int fromB, int count);

  /** Lanes of {@link #dot}. */
  int DOT_LANES = 32;
}
