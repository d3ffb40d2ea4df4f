package halfstep.cuda;

import halfstep.cuda.device.GpuDevice;
import halfstep.cuda.device.GpuException;
import halfstep.cuda.device.Held;
import halfstep.cuda.device.HostMemory;
import halfstep.cuda.device.OutOfDeviceMemoryException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Pinned memory that rests here between matrices, for the system pins page by page. Who took some
 * has it alone until giving it back; by then no copy to or from it may be under way. Lengths are
 * powers of two, so that what another matrix left fits. For several threads.
 */
final class PinnedPool implements AutoCloseable {

  /** Two tiles with groups of 64 take 43 MB. */
  static final long MOST = 64L << 20;

  private final GpuDevice device;
  private final long most;

  /** What has rested longest first. */
  private final Deque<HostMemory> resting = new ArrayDeque<>();

  private long bytes;
  private boolean closed;

  /**
   * @param most bytes that may rest; 0 if all is given back to the system at once
   */
  PinnedPool(GpuDevice device, long most) {
    this.device = device;
    this.most = most;
  }

  /** What pins. */
  GpuDevice device() {
    return device;
  }

  /**
   * What rests here of that length, or else new memory; what it holds is undefined.
   *
   * @param size bytes that are needed, at least 1
   * @param held brings it back
   * @throws GpuException if so much cannot be pinned even when nothing rests here
   */
  HostMemory take(long size, Held held) {
    long length = size == 1 ? 1 : Long.highestOneBit(size - 1) << 1;
    HostMemory memory = rested(length).orElseGet(() -> pin(length));
    held.atTheEnd(() -> giveBack(memory));
    return memory;
  }

  private synchronized Optional<HostMemory> rested(long length) {
    Optional<HostMemory> found =
        resting.stream().filter(memory -> length(memory) == length).findFirst();
    found.ifPresent(this::remove);
    return found;
  }

  private HostMemory pin(long length) {
    try {
      return device.pin(length);
    } catch (GpuException full) {
      if (full.code() != OutOfDeviceMemoryException.CODE) {
        throw full;
      }
      freeDownTo(0);
      return device.pin(length);
    }
  }

  private synchronized void giveBack(HostMemory memory) {
    if (closed || length(memory) > most) {
      memory.close();
      return;
    }
    freeDownTo(most - length(memory));
    resting.add(memory);
    bytes += length(memory);
  }

  /** Frees what has rested longest until at most so many bytes rest. */
  private synchronized void freeDownTo(long rest) {
    while (bytes > rest) {
      HostMemory oldest = resting.getFirst();
      remove(oldest);
      oldest.close();
    }
  }

  private void remove(HostMemory memory) {
    resting.remove(memory);
    bytes -= length(memory);
  }

  private static long length(HostMemory memory) {
    return memory.segment().byteSize();
  }

  /** Frees what rests, and from now on what comes back. */
  @Override
  public synchronized void close() {
    closed = true;
    freeDownTo(0);
  }
}
