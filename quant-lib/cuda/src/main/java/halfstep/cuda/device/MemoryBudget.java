package halfstep.cuda.device;

import java.util.concurrent.atomic.AtomicLong;

/** How much of a device's memory may be taken. For several threads. */
public final class MemoryBudget {

  private final long limit;
  private final AtomicLong used = new AtomicLong();

  /**
   * @param limit most bytes in use at a time
   */
  public MemoryBudget(long limit) {
    this.limit = limit;
  }

  /** Bytes that may still be taken. */
  public long left() {
    return limit - used.get();
  }

  /**
   * Takes bytes.
   *
   * @throws OutOfDeviceMemoryException if so many are not left
   */
  public void take(long bytes) {
    long before = used.getAndUpdate(now -> bytes <= limit - now ? now + bytes : now);
    if (bytes > limit - before) {
      throw new OutOfDeviceMemoryException(bytes, limit - before);
    }
  }

  /** Gives bytes back. */
  public void give(long bytes) {
    used.addAndGet(-bytes);
  }
}
