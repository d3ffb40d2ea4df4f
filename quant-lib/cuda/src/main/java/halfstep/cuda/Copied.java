package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;

/**
 * Memory of the device with memory of the host of the same size.
 *
 * @param there on the device
 * @param here pinned on the host
 */
record Copied(DeviceMemory there, HostMemory here) {

  /**
   * @param held gives both back
   * @throws halfstep.cuda.device.OutOfDeviceMemoryException if there is no room
   */
  Copied(GpuDevice device, long bytes, Held held) {
    this(held.add(device.allocate(bytes)), held.add(device.pin(bytes)));
  }

  /** Queues the way back of the first bytes. */
  void download(GpuDevice device, long bytes, GpuStream stream) {
    device.download(there, here, bytes, stream);
  }

  /** Queues the way back of all. */
  void download(GpuDevice device, GpuStream stream) {
    download(device, there.bytes(), stream);
  }
}
