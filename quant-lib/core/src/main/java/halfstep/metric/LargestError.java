package halfstep.metric;

import halfstep.backend.Backends;
import halfstep.quant.QuantizedMatrix;
import halfstep.tensor.Parallel;
import halfstep.tensor.ShapeException;

/**
 * How far the weights that two matrices of codes stand for are apart at most, as where codes come
 * back from a file whose scales are rounded.
 *
 * @param difference the largest |ŵ − ŵ'|
 * @param weight the largest |ŵ|
 */
public record LargestError(float difference, float weight) {

  private static final ErrorKernel KERNEL = Backends.kernel(ErrorKernel.class, ScalarErrors::new);

  /** Weights in a block of rows. */
  private static final long BLOCK = 1 << 16;

  /**
   * Compares two matrices, some rows at a time.
   *
   * @param before not modified
   * @param after same shape; not modified
   * @throws halfstep.tensor.ShapeException if the shapes differ
   * @throws IllegalArgumentException unless the rows of both stand alone
   */
  public static LargestError between(QuantizedMatrix before, QuantizedMatrix after) {
    if (!before.shape().equals(after.shape())) {
      throw new ShapeException(
          "weights of %s cannot be compared with weights of %s; the shapes must agree"
              .formatted(before.shape(), after.shape()));
    }
    int cols = Math.toIntExact(before.shape().cols());
    long rows = before.shape().rows();
    long perBlock = Math.max(1, BLOCK / cols);
    float[][] blocks = new float[Math.toIntExact(Math.ceilDiv(rows, perBlock))][];
    Parallel.blocks(
        blocks.length,
        "comparing",
        block -> {
          float[] one = new float[cols];
          float[] other = new float[cols];
          float[] most = new float[2];
          for (long r = block * perBlock; r < Math.min((block + 1) * perBlock, rows); r++) {
            before.readRow(r, one);
            after.readRow(r, other);
            KERNEL.largest(one, other, most);
          }
          blocks[(int) block] = most;
        });
    float[] most = new float[2];
    for (float[] block : blocks) {
      most[0] = Math.max(most[0], block[0]);
      most[1] = Math.max(most[1], block[1]);
    }
    return new LargestError(most[0], most[1]);
  }

  /** The difference over the weight; 0 where there is none. */
  public double relative() {
    return weight == 0 ? difference : (double) difference / weight;
  }
}
