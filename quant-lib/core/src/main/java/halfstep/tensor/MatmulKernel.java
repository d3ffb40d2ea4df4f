package halfstep.tensor;

import java.lang.foreign.MemorySegment;

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
   * Few rows of X by some rows of W. Each output is a sum in {@value #DOT_LANES} lanes: element
   * {@code i} goes to lane {@code i mod 32} by a fused multiply-add, the lanes fold by halves.
   *
   * @param x {@code rows × in}; not modified
   * @param w holds {@code outputs × in} float32 from {@code fromByte} on; not modified
   * @param y {@code rows × outputs}; overwritten
   */
  void dots(float[] x, int rows, int in, MemorySegment w, long fromByte, int outputs, float[] y);

  /** Lanes of a sum of {@link #dots}. */
  int DOT_LANES = 32;
}
