package halfstep.cuda.jcuda;

import halfstep.cuda.device.DeviceMemory;
import jcuda.driver.CUdeviceptr;

/** Device memory behind a pointer of JCuda's. */
final class JCudaMemory implements DeviceMemory {

  final CUdeviceptr pointer;
  private final long bytes;
  private final JCudaDevice owner;
  private boolean closed;

  JCudaMemory(CUdeviceptr pointer, long bytes, JCudaDevice owner) {
    this.pointer = pointer;
    this.bytes = bytes;
    this.owner = owner;
  }

  @Override
  public long bytes() {
    return bytes;
  }

  /** Freed once; memory of a lost device is gone, and nothing is said about it again. */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      owner.free(this);
    }
  }
}
