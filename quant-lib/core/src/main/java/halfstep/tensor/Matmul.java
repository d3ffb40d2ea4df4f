package halfstep.tensor;

import halfstep.backend.Backends;
import halfstep.backend.Devices;
import java.util.Optional;

/**
 * {@code Y = X · Wᵀ}, the product of every linear layer.
 *
 * <p>Y is cut into tiles, see {@link MatmulTile}. Few rows of X are not worth that: each of their
 * outputs is one dot product, and the weights are read once.
 */
public final class Matmul {

  private static final String WORK = "a matrix product";

  /**
   * Up to so many rows of X the weights are read row by row, and sums are those of {@link
   * MatmulKernel#dots}; with more they are one chain each.
   */
  public static final int FEW_ROWS = 16;

  private static final int OUTPUTS_AT_ONCE = 64;

  /** Multiplications below which handing outputs to another core costs more than it saves. */
  private static final long LEAST_WORK = 1 << 18;

  private static final MatmulKernel KERNEL = Backends.kernel(MatmulKernel.class, ScalarMatmul::new);

  private Matmul() {}

  /** The inner loops that compute here, for products whose operands lie in arrays. */
  public static MatmulKernel kernel() {
    return KERNEL;
  }

  /**
   * The outputs of a linear layer without bias; of a large one on the device that this thread's
   * work goes to, if it multiplies.
   *
   * @param x inputs, {@code tokens × in}; not modified
   * @param w weights, {@code out × in}; not modified
   * @return a new matrix, {@code tokens × out}; each element is one float32 sum in a fixed order,
   *     the same for any number of threads and any backend
   * @throws ShapeException if the inner sides differ
   */
  public static Matrix timesTransposed(Matrix x, Matrix w) {
    requireInner(x, w);
    return device(x.shape(), w.shape())
        .flatMap(device -> device.timesTransposed(x, w))
        .orElseGet(() -> timesTransposed(x, w, KERNEL));
  }

  /** The same on the processor, wherever this thread's work goes: for who measures it. */
  public static Matrix timesTransposedHere(Matrix x, Matrix w) {
    return timesTransposed(x, w, KERNEL);
  }

  /** Whether the product of such operands would go to a device. */
  public static boolean goesToDevice(Shape x, Shape w) {
    return device(x, w).isPresent();
  }

  private static Optional<MatmulDevice> device(Shape x, Shape w) {
    return Devices.kernel(MatmulDevice.class).filter(device -> device.pays(x, w));
  }

  private static void requireInner(Matrix x, Matrix w) {
    if (x.cols() != w.cols()) {
      throw new ShapeException(
          "inputs are %s but weights are %s; their second sides must agree"
              .formatted(x.shape(), w.shape()));
    }
  }

  /** The same with a kernel of the caller's choice. */
  static Matrix timesTransposed(Matrix x, Matrix w, MatmulKernel kernel) {
    requireInner(x, w);
    Matrix y = Matrix.zeros(x.rows(), w.rows());
    if (x.rows() <= FEW_ROWS) {
      fewRows(x, w, y, kernel);
      return y;
    }
    long across = Math.ceilDiv(w.rows(), MatmulTile.COLS);
    Parallel.blocks(
        across * Math.ceilDiv(x.rows(), MatmulTile.ROWS),
        WORK,
        tile -> {
          long row = tile / across * MatmulTile.ROWS;
          long col = tile % across * MatmulTile.COLS;
          new MatmulTile(x, w, y, row, col, kernel).compute();
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
}
