package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.tensor.Matrix;

/** Brings tensors to a device, one after the other, through pinned memory that all of them use. */
final class TensorUpload implements AutoCloseable {

  private static final String WORK = "bringing a model to the GPU";

  private final GpuDevice device;
  private final Held held = new Held();
  private final GpuStream stream;
  private final HostMemory staging;

  /**
   * @param most bytes of the largest tensor; as much is pinned. 0 if there is none
   */
  TensorUpload(GpuDevice device, long most) {
    this.device = device;
    try {
      this.stream = held.add(device.stream());
      this.staging = held.add(device.pin(Math.max(1, most)));
    } catch (RuntimeException e) {
      held.close();
      throw e;
    }
  }

  /**
   * @param tensor not modified
   * @param owner gives the device's memory back
   */
  DeviceMemory put(Matrix tensor, Held owner) {
    long bytes = tensor.segment().byteSize();
    DeviceMemory memory = owner.add(device.allocate(bytes));
    Uploads.copy(tensor.segment(), staging.segment(), WORK);
    device.upload(staging, memory, bytes, stream);
    device.synchronize(stream);
    return memory;
  }

  @Override
  public void close() {
    held.close();
  }
}
