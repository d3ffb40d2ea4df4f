package halfstep.cuda;

import halfstep.backend.Devices;
import halfstep.cuda.device.Held;
import halfstep.tensor.Matmul;
import halfstep.tensor.MatmulDevice;
import halfstep.tensor.Matrix;
import halfstep.tensor.Shape;
import java.util.Optional;

/** Products of the host's matrices in float32 on the GPU, by {@code linear.cu}. */
final class GpuMatmul implements MatmulDevice {

  /**
   * Multiplications for each byte that travels, from which on a product goes there: a link of 8
   * GB/s then waits for no processor below 10¹² operations a second.
   */
  private static final double LEAST_PER_BYTE = 64;

  /** Numbers of inputs and outputs that are there at a time, of each of two parts. */
  private static final int NUMBERS = 1 << 24;

  /** Weights that fit into pinned memory, which is a byte buffer. */
  private static final long MOST_WEIGHTS = Integer.MAX_VALUE / Float.BYTES;

  private final CudaBackend backend;
  private final double leastPerByte;
  private final int numbers;

  GpuMatmul(CudaBackend backend) {
    this(backend, LEAST_PER_BYTE, NUMBERS);
  }

  /**
   * @param leastPerByte multiplications for each byte that travels, from which on it pays
   * @param numbers of inputs and outputs of a part
   */
  GpuMatmul(CudaBackend backend, double leastPerByte, int numbers) {
    this.backend = backend;
    this.leastPerByte = leastPerByte;
    this.numbers = numbers;
  }

  @Override
  public boolean pays(Shape x, Shape w) {
    double multiplications = (double) x.size() * w.rows();
    double travelling = (double) x.size() + w.size() + (double) x.rows() * w.rows();
    return multiplications >= leastPerByte * Float.BYTES * travelling
        && x.rows() > Matmul.FEW_ROWS
        && w.size() <= MOST_WEIGHTS
        && Math.max(x.cols(), w.rows()) <= numbers;
  }

  @Override
  public Optional<Matrix> timesTransposed(Matrix x, Matrix w) {
    String what = "the product of %s and %s".formatted(x.shape(), w.shape());
    return backend.attempt(what, () -> Optional.of(product(what, x, w)));
  }

  private Matrix product(String what, Matrix x, Matrix w) {
    int most = (int) Math.clamp(numbers / Math.max(x.cols(), w.rows()), 1, x.rows());
    return Shrinking.halving(
        most,
        rows -> {
          try (Held held = new Held()) {
            ProductPass pass = new ProductPass(backend.device(), x, w, rows, held);
            if (rows < most) {
              Devices.say(
                  "%s: the GPU's memory is short, so its inputs went there in parts of at most %,d rows."
                      .formatted(what, rows));
            }
            return pass.run();
          }
        });
  }
}
