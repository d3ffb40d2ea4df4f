package halfstep.metric;

import halfstep.tensor.Matrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.Shape;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The rows of two matrices side by side, in blocks on all cores. Where a block begins depends on
 * the shape alone, so what is gathered does not depend on the cores.
 */
final class RowPairs {

  /** Weights in a block. */
  private static final long BLOCK = 1 << 16;

  private RowPairs() {}

  /** Where rows come from. */
  interface Rows {

    void read(long row, float[] into);

    static Rows of(Matrix matrix) {
      return (row, into) -> matrix.read(row * into.length, into, 0, into.length);
    }
  }

  /** Adds a row of each to what its block has gathered. */
  interface Gathering<S> {

    void add(S gathered, float[] one, float[] other);
  }

  /** How many rows a block takes. */
  static long perBlock(long cols) {
    return Math.max(1, BLOCK / cols);
  }

  /**
   * Reads both.
   *
   * @param doing for the message if it is interrupted
   * @param empty what a block begins with
   * @return what each block gathered, in the rows' order
   */
  static <S> List<S> gather(
      Shape shape, Rows one, Rows other, String doing, Supplier<S> empty, Gathering<S> gathering) {
    int cols = Math.toIntExact(shape.cols());
    long perBlock = perBlock(cols);
    List<S> blocks = Stream.generate(empty).limit(Math.ceilDiv(shape.rows(), perBlock)).toList();
    Parallel.blocks(
        blocks.size(),
        doing,
        block -> {
          float[] a = new float[cols];
          float[] b = new float[cols];
          long end = Math.min((block + 1) * perBlock, shape.rows());
          for (long row = block * perBlock; row < end; row++) {
            one.read(row, a);
            other.read(row, b);
            gathering.add(blocks.get((int) block), a, b);
          }
        });
    return blocks;
  }
}
