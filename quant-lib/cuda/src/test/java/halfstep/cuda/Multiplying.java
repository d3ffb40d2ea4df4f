package halfstep.cuda;

import halfstep.tensor.MatmulDevice;
import java.util.Optional;

/** A device to which small products go, too: parts of few rows, so that each is filled again. */
record Multiplying(CudaBackend device, MatmulDevice products) implements AroundDevice {

  static Multiplying on(CudaBackend device) {
    return new Multiplying(device, new GpuMatmul(device, 0, 4096));
  }

  @Override
  public <K> Optional<K> kernel(Class<K> type) {
    return type == MatmulDevice.class ? Optional.of(type.cast(products)) : device.kernel(type);
  }
}
