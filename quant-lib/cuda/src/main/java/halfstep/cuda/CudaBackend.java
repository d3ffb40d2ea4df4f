package halfstep.cuda;

import halfstep.awq.ClipDevice;
import halfstep.awq.LossDevice;
import halfstep.backend.Backend;
import halfstep.backend.Devices;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuException;
import halfstep.forward.ForwardDevice;
import halfstep.gptq.CholeskyDevice;
import halfstep.gptq.GptqDevice;
import halfstep.hqq.HqqDevice;
import halfstep.ls.LeastSquaresDevice;
import halfstep.rtn.RtnDevice;
import halfstep.tensor.GramDevice;
import halfstep.tensor.MatmulDevice;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A GPU and the solvers that run on it. What it cannot take it leaves to the processor, aloud. */
final class CudaBackend implements Backend, AutoCloseable {

  /** The word that asks for it. */
  static final String NAME = "cuda";

  private final GpuDevice device;
  private final PinnedPool pins;
  private final Map<Class<?>, Object> kernels;
  private volatile Optional<String> failure = Optional.empty();

  CudaBackend(GpuDevice device) {
    this.device = device;
    this.pins = new PinnedPool(device, PinnedPool.MOST);
    this.kernels =
        Map.of(
            CholeskyDevice.class, new GpuCholesky(this),
            ClipDevice.class, new GpuClip(this),
            ForwardDevice.class, new GpuForward(this),
            GptqDevice.class, new GpuGptq(this),
            GramDevice.class, new GpuGram(this),
            HqqDevice.class, new GpuHqq(this),
            LeastSquaresDevice.class, new GpuLeastSquares(this),
            LossDevice.class, new GpuLosses(this),
            MatmulDevice.class, new GpuMatmul(this),
            RtnDevice.class, new GpuRtn(this));
  }

  GpuDevice device() {
    return device;
  }

  /** Pinned memory that stays from matrix to matrix. */
  PinnedPool pins() {
    return pins;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String detail() {
    return "%s, %s, %d multiprocessors, %.1f GiB free"
        .formatted(
            device.name(),
            device.capability(),
            device.multiprocessors(),
            device.freeMemory() / 0x1p30);
  }

  @Override
  public <K> Optional<K> kernel(Class<K> type) {
    return Optional.ofNullable(type.cast(kernels.get(type)));
  }

  /** Why nothing more can be done here; empty as long as the device works. */
  Optional<String> failure() {
    return failure;
  }

  /**
   * Does work on the device, if the device can do it.
   *
   * @param what names the work: "HQQ on 4096 × 4096"
   * @param work gives nothing if the processor must do it
   * @return nothing, after the reason was said, where memory or the device failed
   */
  <R> Optional<R> attempt(String what, Supplier<Optional<R>> work) {
    if (failure.isPresent()) {
      return left(what, failure.get());
    }
    try {
      Optional<R> result = work.get();
      if (result.isPresent()) {
        Devices.computedThere();
      }
      return result;
    } catch (GpuException e) {
      if (e.isDeviceLost()) {
        failure =
            Optional.of("the GPU was lost (%s); restart to use it again".formatted(e.getMessage()));
        pins.close();
      }
      return left(what, String.valueOf(e.getMessage()));
    }
  }

  /** Gives back what stays between matrices; the device is whose who opened it. */
  @Override
  public void close() {
    pins.close();
  }

  /** Leaves work to the processor. */
  static <R> Optional<R> left(String what, String why) {
    Devices.say("%s: the processor computed, not the GPU: %s.".formatted(what, why));
    return Optional.empty();
  }
}
