package halfstep.tensor;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory outside the Java heap that the garbage collector frees once nobody refers to it.
 *
 * <p>The collector sees only the few bytes of heap that stand for such memory. What is dropped
 * after it has grown old waits for a full collection, which a small heap hardly ever needs, while a
 * gigabyte outside of it is dead. So this class counts, and asks for that collection itself
 * whenever {@link #SLACK} has been added since the last one; memory in use can delay the next, so
 * that a large model does not cost a collection every few layers.
 */
public final class OffHeap {

  /**
   * Bytes that may come on top of what was in use: a third of the heap's bound, 64 MiB to 1 GiB.
   */
  static final long SLACK = Math.clamp(Runtime.getRuntime().maxMemory() / 3, 64L << 20, 1L << 30);

  /** Smaller pieces are not worth the counting. */
  private static final long COUNTED = 64 << 10;

  private static final long ALIGNMENT = 64;

  private static final Cleaner CLEANER = Cleaner.create();
  private static final AtomicLong HELD = new AtomicLong();
  private static final AtomicLong LEAST = new AtomicLong();

  private OffHeap() {}

  /**
   * New memory, all 0, aligned to 64 bytes, for use by any thread; the caller owns it.
   *
   * @param bytes 0 or more
   */
  public static MemorySegment allocate(long bytes) {
    Arena arena = Arena.ofAuto();
    if (bytes >= COUNTED) {
      collectBefore(bytes);
      CLEANER.register(arena.scope(), () -> HELD.addAndGet(-bytes));
    }
    return arena.allocate(bytes, ALIGNMENT);
  }

  /** Bytes that were given out and that the collector has not taken back yet. */
  static long held() {
    return HELD.get();
  }

  /** {@link #LEAST} is what was in use at the lowest point since the last collection. */
  private static void collectBefore(long bytes) {
    long before = HELD.getAndAdd(bytes);
    long least = LEAST.accumulateAndGet(before, Math::min);
    long bound = least + Math.max(SLACK, least / 2);
    if (before + bytes > bound && LEAST.compareAndSet(least, before + bytes)) {
      System.gc();
    }
  }
}
