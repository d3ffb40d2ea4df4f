package halfstep.cuda;

import halfstep.cuda.device.DeviceMemory;
import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuStream;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.Launch;
import halfstep.tensor.Parallel;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;

/** Small things that go to the device once and stay for a whole matrix, or come back. */
final class Uploads {

  /** Bytes that a core copies at a time. */
  private static final long COPIED = 1 << 20;

  private Uploads() {}

  /** Some floats on the device; there is room for one if there are none. */
  static DeviceMemory floats(GpuDevice device, float[] values, Held held) {
    float[] some = values.length == 0 ? new float[1] : values;
    return segment(device, MemorySegment.ofArray(some), held);
  }

  /** Numbers such as tokens on the device. */
  static DeviceMemory ints(GpuDevice device, int[] values, Held held) {
    return segment(device, MemorySegment.ofArray(values), held);
  }

  /** Memory of the host, such as a matrix's, on the device. */
  static DeviceMemory segment(GpuDevice device, MemorySegment from, Held held) {
    DeviceMemory memory = held.add(device.allocate(from.byteSize()));
    try (Held staging = new Held()) {
      GpuStream stream = staging.add(device.stream());
      HostMemory host = staging.add(device.pin(from.byteSize()));
      host.segment().copyFrom(from);
      device.upload(host, memory, from.byteSize(), stream);
      device.synchronize(stream);
    }
    return memory;
  }

  /** Memory of the device that holds zeros. */
  static DeviceMemory zeros(GpuDevice device, long bytes, Held held) {
    DeviceMemory memory = held.add(device.allocate(bytes));
    try (GpuStream stream = device.stream()) {
      device.clear(memory, bytes, stream);
      device.synchronize(stream);
    }
    return memory;
  }

  /** What lies on the device as floats, when all that was queued is done; a new array. */
  static float[] read(GpuDevice device, DeviceMemory from) {
    float[] values = new float[Math.toIntExact(from.bytes() / Float.BYTES)];
    read(device, from, MemorySegment.ofArray(values));
    return values;
  }

  /**
   * What lies on the device, when all that was queued is done.
   *
   * @param into as long as {@code from}
   */
  static void read(GpuDevice device, DeviceMemory from, MemorySegment into) {
    try (Held staging = new Held()) {
      GpuStream stream = staging.add(device.stream());
      HostMemory host = staging.add(device.pin(from.bytes()));
      device.download(from, host, from.bytes(), stream);
      device.synchronize(stream);
      into.copyFrom(host.segment());
    }
  }

  /** Runs a kernel to its end. */
  static void run(GpuDevice device, Launch launch) {
    try (Held held = new Held()) {
      GpuStream stream = held.add(device.stream());
      device.launch(launch, stream);
      device.synchronize(stream);
    }
  }

  /** Runs a kernel on what is needed for it alone. */
  static void work(GpuDevice device, MemorySegment from, Function<DeviceMemory, Launch> kernel) {
    try (Held staging = new Held()) {
      run(device, kernel.apply(segment(device, from, staging)));
    }
  }

  /**
   * Copies within the host's memory, by all cores: one alone copies more slowly than the link to
   * the device.
   *
   * @param into at least as long as {@code from}
   * @param what names the work if it is interrupted
   */
  static void copy(MemorySegment from, MemorySegment into, String what) {
    long bytes = from.byteSize();
    blocks(
        Math.ceilDiv(bytes, COPIED),
        what,
        block -> {
          long at = block * COPIED;
          MemorySegment.copy(from, at, into, at, Math.min(COPIED, bytes - at));
        });
  }

  /**
   * As {@link Parallel#blocks}, but no block runs any more when this ends, even by an interrupt:
   * memory that they write may then be given away.
   */
  static void blocks(long count, String what, Parallel.Block block) {
    ReadWriteLock running = new ReentrantReadWriteLock();
    AtomicBoolean over = new AtomicBoolean();
    try {
      Parallel.blocks(
          count,
          what,
          index -> {
            running.readLock().lock();
            try {
              if (!over.get()) {
                block.run(index);
              }
            } finally {
              running.readLock().unlock();
            }
          });
    } finally {
      running.writeLock().lock();
      over.set(true);
      running.writeLock().unlock();
    }
  }
}
