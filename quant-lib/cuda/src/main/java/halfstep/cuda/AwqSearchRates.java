package halfstep.cuda;

import halfstep.awq.AwqReport;
import halfstep.backend.DeviceWork;
import halfstep.calib.Activations;
import halfstep.calib.Inspected;
import halfstep.quant.QuantMethod.Awq;
import halfstep.quant.QuantSpec;
import halfstep.quant.ZeroPoint;
import halfstep.tensor.Matrix;
import java.util.List;

/**
 * How long a job searches AWQ's scales for a square layer of a Llama-3-8B that is judged by its own
 * output: weights and inputs come from the host. By the wall's clock.
 */
final class AwqSearchRates {

  private final CudaBackend backend;
  private final boolean small;

  /**
   * @param small whether only to see that everything runs
   */
  AwqSearchRates(CudaBackend backend, boolean small) {
    this.backend = backend;
    this.small = small;
  }

  /** None where the device has no tensor cores that the kernels know. */
  List<CheckRow> all() {
    if (!SquarePatches.supports(backend.device())) {
      return List.of();
    }
    int side = small ? 64 : 4096;
    Matrix w = Agreements.gaussian(side, side, 0.02f);
    Matrix x = AwqComparison.inputs(small ? 40 : 16384, side);
    QuantSpec spec = QuantSpec.of(4, small ? 32 : 128).with(ZeroPoint.INTEGER);
    List<Activations> windows = List.of(Activations.of(x));
    float[] millis =
        WallClock.millis(
            small ? 1 : 3,
            () ->
                DeviceWork.on(backend)
                    .call(() ->
                        AwqReport.search(
                            List.of("o_proj"),
                            List.of(w),
                            spec,
                            Awq.DEFAULT,
                            windows,
                            Inspected.layer(x))));
    String shape = "%s, %d tokens".formatted(w.shape(), x.rows());
    long bytes = w.segment().byteSize() + x.segment().byteSize();
    return List.of(new CheckRow("awq search through the link", shape, millis, bytes));
  }
}
