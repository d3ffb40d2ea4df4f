package halfstep.cuda.device;

import java.util.List;

/**
 * A GPU, open. Callable from several threads; a stream is for one at a time. All sizes are in
 * bytes.
 *
 * <p>Whatever goes wrong is a {@link GpuException}; if {@link GpuException#isDeviceLost}, every
 * later call fails as well.
 */
public interface GpuDevice extends AutoCloseable {

  /** As the driver names it: {@code "NVIDIA H200"}. */
  String name();

  /** Which instructions it has. */
  Capability capability();

  /** Units that each run blocks of threads. */
  int multiprocessors();

  /** Memory that may be used here: what is free, at most the budget; in bytes. */
  long freeMemory();

  /**
   * Device memory with undefined contents.
   *
   * @throws OutOfDeviceMemoryException if the device or the budget has not as much left
   */
  DeviceMemory allocate(long bytes);

  /** Host memory that the device reads and writes while the processor does other work. */
  HostMemory pin(long bytes);

  /** A new queue of work. */
  GpuStream stream();

  /** Queues a copy of the first {@code bytes}. */
  void upload(HostMemory from, DeviceMemory to, long bytes, GpuStream stream);

  /** Queues a copy of the first {@code bytes}. */
  void download(DeviceMemory from, HostMemory to, long bytes, GpuStream stream);

  /** Queues zeros for the first {@code bytes}. */
  void clear(DeviceMemory memory, long bytes, GpuStream stream);

  /**
   * A kernel of the PTX that is shipped.
   *
   * @param family the source file it is in: {@code "hqq"}
   * @param name of the kernel: {@code "hqq_64"}
   */
  GpuKernel kernel(String family, String name);

  /** Queues a kernel. */
  void launch(Launch launch, GpuStream stream);

  /** Kernels that are queued together, one after the other, for less than each alone would cost. */
  GpuGraph graph(List<Launch> launches);

  /** Queues all kernels of a graph. */
  void launch(GpuGraph graph, GpuStream stream);

  /** Waits until all that was queued is done. */
  void synchronize(GpuStream stream);

  /** Queues a mark, whose moment {@link #millis} compares. */
  GpuEvent mark(GpuStream stream);

  /** Device time between two marks in milliseconds; waits for the second. */
  float millis(GpuEvent from, GpuEvent to);

  /** Gives the device back; its memory is gone with it. */
  @Override
  void close();
}
