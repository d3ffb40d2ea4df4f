package halfstep.fuzz;

import com.sun.management.ThreadMXBean;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;

/**
 * Gives inputs to a target and holds it to what every reader of ours promises: it ends within a
 * second of processor time, with a result or a typed refusal that says something, and allocates at
 * most {@link FuzzTarget#baseBytes} and 128 bytes for each byte of input, on the heap and outside
 * of it each.
 */
public final class Guard {

  private static final long MOST_NANOS = 1_000_000_000L;
  private static final long BYTES_PER_BYTE = 128;
  private static final int LEAST_MESSAGE = 20;
  private static final int FRAMES = 5;

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final BufferPoolMXBean NATIVE =
      ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
          .filter(pool -> pool.getName().equals("direct"))
          .findFirst()
          .orElseThrow();

  private final FuzzTarget target;
  private long slowestNanos;
  private long mostBytes;

  /** A guard of one target. */
  public Guard(FuzzTarget target) {
    this.target = target;
  }

  /** Bytes that reading so many bytes may allocate: 16 MiB mostly, and 128 for each. */
  private long budget(int inputBytes) {
    return target.baseBytes() + BYTES_PER_BYTE * inputBytes;
  }

  /** The slowest input so far, processor time. */
  public long slowestNanos() {
    return slowestNanos;
  }

  /** The most that an input allocated so far, on the heap or outside. */
  public long mostBytes() {
    return mostBytes;
  }

  /**
   * Gives one input.
   *
   * @return what became of it: {@code "read"}, or a refusal's kind and where it was found
   * @throws Finding if a promise was broken
   */
  public String check(byte[] input) {
    long outside = NATIVE.getTotalCapacity();
    long heap = THREADS.getCurrentThreadAllocatedBytes();
    long start = THREADS.getCurrentThreadCpuTime();
    String outcome = outcome(input);
    long nanos = THREADS.getCurrentThreadCpuTime() - start;
    long bytes =
        Math.max(
            THREADS.getCurrentThreadAllocatedBytes() - heap, NATIVE.getTotalCapacity() - outside);
    slowestNanos = Math.max(slowestNanos, nanos);
    mostBytes = Math.max(mostBytes, bytes);
    if (nanos > MOST_NANOS) {
      throw new Finding("it took %.2f s of processor time".formatted(nanos / 1e9), null);
    }
    if (bytes > budget(input.length)) {
      throw new Finding(
          "it allocated %,d bytes, allowed for %,d bytes of input are %,d"
              .formatted(bytes, input.length, budget(input.length)),
          null);
    }
    return outcome;
  }

  private String outcome(byte[] input) {
    try {
      target.take(input);
      return "read";
    } catch (Exception e) {
      String message = String.valueOf(e.getMessage());
      if (!target.refusals().contains(e.getClass()) || message.length() < LEAST_MESSAGE) {
        throw new Finding("a stray " + e, e);
      }
      return e.getClass().getSimpleName() + place(e);
    } catch (StackOverflowError | OutOfMemoryError | InternalError e) {
      throw new Finding("a stray " + e, e);
    }
  }

  /** The lines of code that led to a refusal, innermost first: the same for the same reason. */
  private static String place(Exception refusal) {
    StackTraceElement[] frames = refusal.getStackTrace();
    StringBuilder place = new StringBuilder();
    for (int i = 0; i < Math.min(frames.length, FRAMES); i++) {
      place.append(' ').append(frames[i].getMethodName()).append(frames[i].getLineNumber());
    }
    return place.toString();
  }
}
