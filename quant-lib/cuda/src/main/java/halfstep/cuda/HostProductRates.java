package halfstep.cuda;

import halfstep.tensor.Matrix;
import java.util.List;

/** How long a large product of the host's matrices takes there and back, by the wall's clock. */
final class HostProductRates {

  private final CudaBackend backend;
  private final boolean small;

  /**
   * @param small whether only to see that everything runs
   */
  HostProductRates(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.small = small;
  }

  List<CheckRow> all() {
    int side = small ? 64 : 4096;
    Matrix x = Agreements.gaussian(small ? 40 : 16384, side, 1f);
    Matrix w = Agreements.gaussian(side, side, 0.02f);
    GpuMatmul products = new GpuMatmul(backend);
    float[] millis =
        WallClock.millis(small ? 1 : 3, () -> products.timesTransposed(x, w).orElseThrow());
    long bytes = 2 * x.segment().byteSize() + w.segment().byteSize();
    String shape = "%s by %s".formatted(x.shape(), w.shape());
    return List.of(
        new CheckRow("product through the link", shape, millis, bytes).of(2 * x.size() * w.rows()));
  }
}
