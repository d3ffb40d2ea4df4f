package halfstep.tensor;

import java.lang.foreign.MemorySegment;

/**
 * The inner loops of {@code Y = X · Wᵀ} on arrays. Every element of a tile is one chain of fused
 * multiply-adds in the order of the inputs, so that all twins give the same bits.
 */
public interface MatmulKernel {

  /** Rows of X in a strip. */
  int rows();

  /** Rows of W in a strip, a multiple of 4. */
  int columns();

  /**
   * Adds a product to a tile.
   *
   * @param x row-major from {@code fromX} on; {@code strips} times {@link #rows} rows of it, of
   *     which {@code depth} values count; not modified
   * @param strideX distance between rows of {@code x}, at least {@code depth}
   * @param w one strip of W from {@code fromW} on: {@code depth} times {@link #columns} values; not
   *     modified
   * @param y the tile, row-major; as many rows as {@code x}
   * @param at index of the tile's first element in {@code y}
   * @param stride distance between rows of {@code y}
   */
  void addProduct(
      float[] x,
      int fromX,
      int strideX,
      int strips,
      float[] w,
      int fromW,
      int depth,
      float[] y,
      int at,
      int stride);

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
