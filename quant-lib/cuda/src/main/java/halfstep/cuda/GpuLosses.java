package halfstep.cuda;

import halfstep.awq.LossDevice;
import halfstep.cuda.device.GpuDevice;
import halfstep.quant.ChannelScales;
import halfstep.quant.QuantSpec;
import halfstep.tensor.Matrix;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Losses of AWQ's search on the GPU's tensor cores, by {@link GpuAwq}. */
final class GpuLosses implements LossDevice {

  private final CudaBackend backend;

  GpuLosses(CudaBackend backend) {
    this.backend = backend;
  }

  @Override
  public Optional<double[]> losses(
      Matrix w, QuantSpec spec, Matrix inputs, List<ChannelScales> scales) {
    String what = "AWQ's losses of %s".formatted(w.shape());
    GpuDevice device = backend.device();
    if (!SquarePatches.supports(device)) {
      return CudaBackend.left(
          what,
          "its kernels multiply on tensor cores of sm_80 or newer, and this is %s"
              .formatted(device.capability()));
    }
    int size = spec.grouping(w.shape()).size();
    if (size > GroupSizes.MOST) {
      return CudaBackend.left(what, GroupSizes.refusal(size));
    }
    return backend.attempt(
        what,
        () -> {
          try (GpuAwq awq = new GpuAwq(device, inputs)) {
            double[] losses = awq.losses(w, spec, scales);
            return Arrays.stream(losses).allMatch(Double::isFinite)
                ? Optional.of(losses)
                : CudaBackend.left(what, "some of its losses are not finite");
          }
        });
  }
}
